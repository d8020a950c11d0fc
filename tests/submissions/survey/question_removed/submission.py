answers = {
    "satisfaction": 5,
    "feedback": 3,
    "background": "health",
    "comment": "",
}
