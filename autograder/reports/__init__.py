"""How results are shown: tables for terminals, notebooks and feedback pages."""
