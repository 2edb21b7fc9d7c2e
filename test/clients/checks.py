"""How a client story is told: one line for each check, then the count."""

import sys
import time
import traceback


class Story:
    """Runs checks and remembers how they went."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def check(self, title, holds, seen=""):
        """Counts one check; what was seen is printed if it does not hold."""
        if holds:
            self.passed += 1
            print(f"ok    {title}")
        else:
            self.failed += 1
            print(f"FAIL  {title}: {seen!r}")
        return holds

    def scene(self, title, play):
        """Plays one part of the story; an exception is one failed check."""
        try:
            play()
        except Exception as problem:  # the other scenes are told all the same
            traceback.print_exc()
            self.check(title, False, problem)

    def end(self):
        """Prints the count and leaves with 1 if anything failed."""
        print(f"{self.passed} passed, {self.failed} failed")
        sys.exit(1 if self.failed else 0)


def until(condition, timeout, step=0.05):
    """Waits for a condition, at most timeout seconds; returns its last value."""
    end = time.monotonic() + timeout
    while True:
        value = condition()
        if value or time.monotonic() > end:
            return value
        time.sleep(step)
