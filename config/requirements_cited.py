"""Lists the numbered requirements of each addon that no test cites.

`addons/<addon>/REQUIREMENTS.md` numbers them in bold (**TEN-001**); a test cites one by writing
its number in a docstring or comment. This informs, it does not fail: what is not built yet
cannot be tested.
"""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFINED = re.compile(r"\*\*([A-Z]+(?:-[A-Z]+)*-\d+)\*\*")
CITED = re.compile(r"\b[A-Z]+(?:-[A-Z]+)*-\d+\b")


def main():
    tests = [*ROOT.glob("addons/*/tests/**/*.py"), *ROOT.glob("tests/**/*.py")]
    cited = {number for path in tests for number in CITED.findall(path.read_text())}
    for path in sorted(ROOT.glob("addons/*/REQUIREMENTS.md")):
        defined = list(dict.fromkeys(DEFINED.findall(path.read_text())))
        uncited = [number for number in defined if number not in cited]
        if defined:
            tested = len(defined) - len(uncited)
            print(f"  {path.parent.name}: {tested} of {len(defined)} cited by a test; not cited:")
            print(f"    {' '.join(uncited) or 'none'}")


if __name__ == "__main__":
    main()
