answers = {
    "satisfaction": 5,
    "understanding": 4,
    "feedback": 3,
    "background": "health",
}
