"""Every day of the years named on the command line, with whether it is worked by chinesecalendar."""

import datetime
import sys

import chinese_calendar

for year in sys.argv[1:]:
    day = datetime.date(int(year), 1, 1)
    while day.year == int(year):
        print(day.isoformat(), int(chinese_calendar.is_workday(day)))
        day += datetime.timedelta(days=1)
