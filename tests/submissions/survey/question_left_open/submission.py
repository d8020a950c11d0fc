answers = {
    "satisfaction": 5,
    "understanding": 4,
    "feedback": None,
    "background": "health",
    "comment": "",
}
