"""How somebody uses a page, by keyboard alone or with a pointer. Things are found by what they are called."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from service.texts import translate, translate_fact

MOST_STEPS = 400
"""So often somebody presses Tab before they give a page up."""
_PLACE = re.compile(r"%\\\(\w+\\\)s")
_HAS_FOCUS = "(one) => one === document.activeElement"
_CHOSEN = "(one) => one.selectedOptions[0].textContent.trim()"


class Hands(ABC):
    """Somebody before a page, who reads it in a language and acts on what has a name."""

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page = page
        self.language = language

    def say(self, message: str) -> str:
        """Give a sentence, or a label of the reference data, in the language of the page."""
        said = translate(message, self.language)
        return said if said != message else translate_fact(message, self.language)

    def called(self, role: str, name: str) -> Locator:
        """Find a thing by its kind and the beginning of its name, whatever stands in its places."""
        said = _PLACE.sub(".*", re.escape(self.say(name)))
        pattern = re.compile(rf"^\s*{said}")
        return self.page.get_by_role(role, name=pattern).first  # type: ignore[arg-type]

    def follow(self, name: str) -> None:
        """Follow a link."""
        self._go(lambda: self._activate(self.called("link", name)))

    def press(self, name: str) -> None:
        """Press a button."""
        self._go(lambda: self._activate(self.called("button", name)))

    def unfold(self, name: str) -> None:
        """Open what is folded, if it is."""
        summary = self.page.locator("summary", has_text=self.say(name)).first
        if not summary.evaluate("(one) => one.parentElement.open"):
            self._activate(summary)

    def write(self, name: str, text: str) -> None:
        """Write into a field."""
        field = self.called("textbox", name)
        self._write(field, text)
        expect(field).to_have_value(text)

    def choose(self, name: str, option: str) -> None:
        """Choose from a list."""
        field = self.called("combobox", name)
        self._choose(field, self.say(option))
        assert field.evaluate(_CHOSEN).startswith(self.say(option))

    def tick(self, name: str) -> None:
        """Tick a box."""
        box = self.called("checkbox", name)
        if not box.is_checked():
            self._activate(box, "Space")
        expect(box).to_be_checked()

    def pick(self, group: str, name: str) -> None:
        """Pick one of a group."""
        said = re.compile(rf"^\s*{re.escape(self.say(group))}")
        among = self.page.get_by_role("group", name=said).first
        wanted = among.get_by_role("radio", name=re.compile(rf"^{re.escape(self.say(name))}")).first
        self._pick(among, wanted)
        expect(wanted).to_be_checked()

    def reads(self, text: str) -> None:
        """Wait until the page says something."""
        expect(self.page.get_by_role("main")).to_contain_text(self.say(text))

    @abstractmethod
    def attach(self, name: str, file: Path) -> None:
        """Give a file."""

    def _go(self, act: Callable[[], None]) -> None:
        """Do what leads to another page, and wait for it."""
        with self.page.expect_navigation(wait_until="domcontentloaded"):
            act()

    @abstractmethod
    def _activate(self, thing: Locator, key: str = "Enter") -> None: ...

    @abstractmethod
    def _write(self, field: Locator, text: str) -> None: ...

    @abstractmethod
    def _choose(self, field: Locator, option: str) -> None: ...

    @abstractmethod
    def _pick(self, among: Locator, wanted: Locator) -> None: ...


class Keyboard(Hands):
    """Somebody who has a keyboard and nothing else."""

    def attach(self, name: str, file: Path) -> None:
        """Give a file, through what the browser opens to choose one."""
        field = self.page.get_by_label(self.say(name)).first
        self._reach(field)
        with self.page.expect_file_chooser() as opened:
            self.page.keyboard.press("Space")
        opened.value.set_files(file)

    def _reach(self, thing: Locator) -> None:
        """Press Tab until something has the focus; from the end the browser goes on at the beginning."""
        expect(thing).to_be_visible()
        for _ in range(MOST_STEPS):
            if thing.evaluate(_HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {thing}")

    def _activate(self, thing: Locator, key: str = "Enter") -> None:
        self._reach(thing)
        self.page.keyboard.press(key)

    def _write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def _choose(self, field: Locator, option: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Home")
        for _ in range(MOST_STEPS):
            if field.evaluate(_CHOSEN).startswith(option):
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{option} is not among what {field} offers")

    def _pick(self, among: Locator, wanted: Locator) -> None:
        radios = among.get_by_role("radio")
        self._reach_one_of(radios)
        self.page.keyboard.press("Space")
        for _ in range(radios.count()):
            if wanted.is_checked():
                return
            self.page.keyboard.press("ArrowDown")

    def _reach_one_of(self, radios: Locator) -> None:
        for _ in range(MOST_STEPS):
            if radios.evaluate_all("(all) => all.includes(document.activeElement)"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no key leads to {radios}")


class Pointer(Hands):
    """Somebody who clicks; works where no scripts run."""

    def attach(self, name: str, file: Path) -> None:
        """Give a file."""
        self.page.get_by_label(self.say(name)).first.set_input_files(file)

    def _activate(self, thing: Locator, key: str = "Enter") -> None:
        del key
        thing.click()

    def _write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def _choose(self, field: Locator, option: str) -> None:
        names = field.locator("option").all_inner_texts()
        field.select_option(label=next(name for name in names if name.strip().startswith(option)))

    def _pick(self, among: Locator, wanted: Locator) -> None:
        del among
        wanted.check()
