answers = {
    "satisfaction": 7,
    "understanding": 4,
    "feedback": 3,
    "background": "health",
    "comment": "",
}
