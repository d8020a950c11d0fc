"""An example of a filled-in survey form."""

answers = {
    "satisfaction": None,
    "understanding": None,
    "feedback": None,
    "background": None,
    "comment": "",
}
### BEGIN SOLUTION
answers = {
    "satisfaction": 5,
    "understanding": 4,
    "feedback": 4,
    "background": "health",
    "comment": "More time for the training part, please.",
}
### END SOLUTION
