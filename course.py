"""Set everything up in the folder .venv and start: `python3 course.py lab`, `... test`.

Without a command it lists them all. helpers/bootstrap.py builds .venv; what a command does is in
helpers/, for readers, and in tools/; what is said to a person is in helpers/messages/, and its
translations in helpers/translations/. `--lang en` and `--lang es` choose the language.
"""
# This file is read by every Python 3, however old, so that it can say what is wrong: no f-strings,
# nothing newer than 3.0.

import importlib.util
import json
import locale
import os
import re
import runpy
import sys

OLDEST, NEWEST = (3, 11), (3, 14)  # the locked numpy and pyyaml have no wheel for a newer Python
#: Commands that take numbers of lessons.
WITH_LESSONS = ("lab", "check", "handout", "editions", "refresh", "review", "moves", "translate")
#: Commands without options of their own: `--help` prints their line of the list.
NO_HELP = ("lab", "test", "notebooks", "check", "lint")
ROOT = os.path.dirname(os.path.abspath(__file__))


def caller() -> str:
    """The command as this user types it."""
    script = sys.argv[0] if sys.argv and sys.argv[0].endswith(".py") else "course.py"
    return ("py " if os.name == "nt" else "python3 ") + ('"%s"' if " " in script else "%s") % script


def languages() -> "list[str]":
    """The languages that there are messages in; English is in the code."""
    folder = os.path.join(ROOT, "helpers", "translations")
    names = os.listdir(folder) if os.path.isdir(folder) else []
    return ["en"] + sorted(name for name in names if os.path.isfile(translation(name)))


def translation(language: str) -> str:
    """The file with the messages in a language."""
    return os.path.join(ROOT, "helpers", "translations", language, "messages.json")


def language(words: "list[str]") -> str:
    """The language that `--lang` names, and takes out of the words, or that of this computer."""
    named = [word for word in words if word == "--lang" or word.startswith("--lang=")]
    if len(named) > 1:
        sys.exit(say("two_languages", count=len(named)))
    for word in named:
        place = words.index(word)
        asked = (word + "=" + "".join(words[place + 1 : place + 2])).split("=")[1]
        if not asked or asked.startswith("-"):
            sys.exit(say("lang_alone", known=", ".join(languages())))
        del words[place : place + (2 if word == "--lang" else 1)]
        if asked not in languages():
            sys.exit(say("no_language", asked=asked, known=", ".join(languages())))
        return asked
    system = locale.setlocale(locale.LC_CTYPE) if os.name == "nt" else ""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        system = system or os.environ.get(name, "")
    return "es" if system.lower().startswith(("es_", "es-", "spanish")) else "en"


def say(key: str, **values: object) -> str:
    """The sentence with this key, its gaps filled; {again} is the command typed once more."""
    with open(os.path.join(ROOT, "helpers", "messages", "en.json"), encoding="utf-8") as file:
        text = json.load(file)[key]
    text = text if isinstance(text, str) else "\n".join(text)
    words = " ".join(sys.argv[1:]) or "lab"
    filled = dict({"caller": caller(), "words": words, "again": caller() + " " + words}, **values)
    filled["lang"] = os.environ.get("COURSE_LANG", "")
    chosen = os.environ.get("HELPERS_LANGUAGE", "en")
    if chosen in languages()[1:]:
        try:
            with open(translation(chosen), encoding="utf-8") as file:
                return str(json.load(file).get(text, text).format(**filled))
        except Exception:  # however the file is damaged: the sentence stays in English
            pass
    return str(text.format(**filled))


def check_python(version: "tuple[int, ...]") -> None:
    """Stop with a sentence when this Python is too old or too new, or cannot build .venv."""
    present, oldest, newest = ["%s.%s" % tuple(v[:2]) for v in (version, OLDEST, NEWEST)]
    problem = ""
    if tuple(version[:2]) < OLDEST:
        problem = "too_old"
    elif tuple(version[:2]) > NEWEST:
        problem = "too_new_windows" if os.name == "nt" else "too_new"
    elif not all(importlib.util.find_spec(name) for name in ("ensurepip", "venv")):
        problem = "no_venv"
    if problem:
        sys.exit(say(problem, present=present, oldest=oldest, newest=newest))


def refuse(command: str, words: "list[str]") -> None:
    """Stop before anything is set up when a word can be nothing that the command takes: a number
    that no lesson has, for `lab` any word that is no number. What follows an option is not judged.
    """
    if command not in WITH_LESSONS:
        return
    names = os.listdir(os.path.join(ROOT, "notebooks"))
    there = sorted(name[:2] for name in names if re.match(r"[0-9]{2}_.*\.ipynb$", name))
    for place, word in enumerate(words):
        if "-" in (word[:1], words[place - 1][:1] if place else ""):
            continue
        if word.isdigit() and there and word.zfill(2) not in there:
            sys.exit(say("no_number", number=word, first=there[0], last=there[-1]))
        if command == "lab" and not word.isdigit():
            sys.exit(say("no_lesson", word=word))


def from_here(command: str, words: "list[str]") -> "list[str]":
    """The words after a command, which will run in ROOT: a file or folder named here is meant."""
    if os.path.realpath(os.getcwd()) == os.path.realpath(ROOT):
        return words
    new = command == "new"  # its folder is not there yet
    return [
        os.path.abspath(word) if os.path.exists(word) or (new and word[:1] != "-") else word
        for word in words
    ]


def main(arguments: "list[str]") -> int:
    """Run one command; returns the exit code."""
    typed, arguments = arguments, list(arguments)
    os.environ["HELPERS_LANGUAGE"] = chosen = language(arguments)
    # Commands that are advised keep a language that was named.
    os.environ["COURSE_LANG"] = "" if arguments == typed else " --lang " + chosen
    check_python(sys.version_info[:2])
    command, words = (arguments or ["help"])[0], arguments[1:]
    known = re.findall("^ +" + re.escape(caller()) + r" (\w+)", say("help"), re.M)
    if command in ("help", "-h", "--help"):
        print(say("help"))
        return 0
    if command not in known:
        sys.exit(say("no_command", command=command, known=", ".join(known)))
    if set(words) & {"-h", "--help"} and command in NO_HELP:
        line = "^ +(" + re.escape(caller()) + " " + command + " .*)"
        print(re.findall(line, say("help"), re.M)[0])
        return 0
    whole = os.path.isdir(os.path.join(ROOT, "tools"))
    if command != "lab" and not whole:
        sys.exit(say("students_copy", command=command))
    refuse(command, words)
    # Read by its path: the package that it is in needs what it installs.
    bootstrap = runpy.run_path(os.path.join(ROOT, "helpers", "bootstrap.py"))
    place = bootstrap["Environment"](ROOT, say)
    place.set_up("reader" if command == "lab" else "test")
    module = "helpers" if command == "lab" else "tools"
    return int(place.hand_over(["-m", module, command] + from_here(command, words)))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("\n" + say("stopped"))
