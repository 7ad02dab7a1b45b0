"""How the wheel gets its collection: data/, notebooks/ and what is shown in other languages go into
the package.

`helpers.collection` looks for them in helpers/_collection/ when no collection is around. A package
installed from its folder (`pip install -e .`) has them beside it and gets no copy.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

#: What does not belong into a wheel.
LEFT_OUT = {"__pycache__", ".ipynb_checkpoints", "update"}


class CollectionHook(BuildHookInterface[Any]):
    """Adds the files of data/ and notebooks/ to the wheel, and the messages of translations/."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name every file and where it goes; nothing for an editable installation."""
        if version == "editable":
            return
        root = Path(self.root)
        for place in ("data/**/*", "notebooks/**/*", "translations/*/messages.json"):
            for path in sorted(root.glob(place)):
                if path.is_file() and not LEFT_OUT.intersection(path.parts):
                    inside = path.relative_to(root).as_posix()
                    build_data["force_include"][str(path)] = f"helpers/_collection/{inside}"
