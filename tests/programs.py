"""Small programs that are alike or not, for tests of similarity."""

COUNTER = """
def total(numbers):
    result = 0
    for number in numbers:
        if number % 2 == 0 and number > limit:
            result += number * factor
        else:
            result -= number // divisor
    while result > 100:
        result = result - offset[result % 7]
    return {"sum": result, "mean": result / len(numbers)}
"""
# The same with other names, another comment, another layout.
RENAMED = """
def addiere(zahlen):   # a comment

    summe = 0
    for zahl in zahlen:
        if (zahl % 3 == 0 and zahl > grenze):
            summe += zahl * faktor
        else:
            summe -= zahl // teiler
    while summe > 99:
        summe = summe - abzug[
            summe % 7
        ]
    return {'Summe': summe, 'Mittel': summe / len(zahlen),}
"""
GREETER = """
class Greeter:
    def __init__(self, name, *, polite=False):
        self.name = name if not polite else f"dear {name}"

    def greet(self, others):
        with open("log.txt", "a") as log:
            print(*(f"{self.name} greets {other}" for other in others if other != self.name), sep="; ", file=log)
        try:
            return [other.upper() for other in others][0]
        except IndexError:
            raise SystemExit(2) from None
"""
