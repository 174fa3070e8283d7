"""Works the window as a screen reader does. run.sh beside it starts the window and the bus.

client.py PID WINDOW LANGUAGE SETTINGS FOLDER: the process and its X11 window, the language
it speaks, its settings file, and where the tree goes if a check fails. Ends with 1 then.
"""

import pathlib
import re
import subprocess
import sys
import time
import unicodedata

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

# What somebody can act on, and what that may be called.
SENSIBLE = {
    "button", "check box", "check menu item", "combo box", "entry", "link",
    "list item", "menu", "menu item", "page tab", "password text", "push button",
    "radio button", "radio menu item", "slider", "spin button", "switch", "text",
    "toggle button", "tree item",
}
# Parts of a page that can be scrolled, and so may take the keyboard.
REGIONS = {"scroll pane", "scroll bar", "list", "document frame", "article"}
MOST_STOPS = 150

QUESTION = "Name the capital of France."
ANSWER = "Paris"


class Element:
    """What the bus says about a part of the window."""

    def __init__(self, node, depth):
        self.node = node
        self.depth = depth
        self.role = node.get_role_name()
        self.name = node.get_name() or ""
        states = node.get_state_set()
        self.is_focused = states.contains(Atspi.StateType.FOCUSED)
        self.is_focusable = states.contains(Atspi.StateType.FOCUSABLE)
        self.is_off = not states.contains(Atspi.StateType.SENSITIVE)
        interfaces = node.get_interfaces()
        self.value = "Value" in interfaces
        self.actions = node.get_n_actions() if "Action" in interfaces else 0
        # What can be edited has its words in a part of it, or in its text.
        self.text = ""
        if "Text" in interfaces:
            self.text = Atspi.Text.get_text(node, 0, -1)

    def is_control(self):
        # Text that can be selected can be clicked, too.
        return self.is_focusable or (self.actions > 0 and self.role != "label")

    def says(self, words):
        return words in self.name or words in self.text

    def describe(self):
        parts = ["  " * self.depth + self.role, repr(self.name)]
        if self.text and self.text != self.name:
            parts.append(f"text {self.text!r}")
        if self.value:
            parts.append(f"value {Atspi.Value.get_current_value(self.node)}")
        for what in ("is_focusable", "is_focused", "is_off", "actions"):
            if getattr(self, what):
                parts.append(what.removeprefix("is_"))
        return " ".join(parts)


class Window:
    """The window, as it is on the bus."""

    def __init__(self, pid, xid, language):
        self.pid = pid
        self.xid = xid
        self.words = messages(language)

    def application(self):
        desktop = Atspi.get_desktop(0)
        desktop.clear_cache()
        for index in range(desktop.get_child_count()):
            one = desktop.get_child_at_index(index)
            if one is not None and one.get_process_id() == self.pid:
                return one
        return None

    def nodes(self):
        """Everything in the window and how deep it lies, in the order of the tree."""
        found = []

        def walk(node, depth):
            found.append((node, depth))
            try:
                count = node.get_child_count()
                children = [node.get_child_at_index(index) for index in range(count)]
            except GLib.Error:
                # It went while it was being looked at.
                return
            for child in children:
                if child is not None:
                    walk(child, depth + 1)

        application = self.application()
        if application is not None:
            # What was heard before may have changed.
            application.clear_cache()
            walk(application, 0)
        return found

    def elements(self):
        found = []
        for node, depth in self.nodes():
            try:
                found.append(Element(node, depth))
            except GLib.Error:
                continue
        return found

    def find(self, roles, message):
        """The elements of these roles that go by the name of a message."""
        name = self.words[message]
        is_it = lambda it: it.role in roles and (it.name == name or it.name.startswith(name + " ("))
        return [it for it in self.elements() if is_it(it)]

    def wait_for(self, roles, message, seconds=10):
        return within(seconds, lambda: next(iter(self.find(roles, message)), None))

    def focused(self):
        for node, depth in self.nodes():
            try:
                if node.get_state_set().contains(Atspi.StateType.FOCUSED):
                    return Element(node, depth)
            except GLib.Error:
                continue
        return None

    def goes_to(self, key, before):
        """Presses a key that moves the focus, and says where it went: None for nowhere."""
        self.key(key)
        last = before

        def has_come_to_rest():
            nonlocal last
            now = self.focused()
            # On its way the focus may be the whole window's.
            rests = now is not None and now.role != "frame" and last is not None
            rests = rests and now.node == last.node and not (before and now.node == before.node)
            last = now
            return now if rests else None

        return within(1.5, has_come_to_rest)

    def composer(self):
        return next(iter(self.find({"entry", "text"}, "composer-name")), None)

    def key(self, *keys):
        subprocess.run(["xdotool", "key", "--window", self.xid, *keys], check=False)
        time.sleep(0.05)

    def type(self, text):
        command = ["xdotool", "type", "--window", self.xid, "--delay", "12", text]
        subprocess.run(command, check=False)
        time.sleep(0.2)


def messages(language):
    """The window's own words, by the ids of their messages."""
    words = {}
    for path in pathlib.Path("assets/i18n", language).glob("*.ftl"):
        for line in path.read_text(encoding="utf-8").splitlines():
            match = re.match(r"([a-z0-9-]+) = (.+)", line)
            if match:
                words[match[1]] = match[2]
    return words


def within(seconds, look):
    """What comes of looking, once it is something; None where it does not come in time."""
    end = time.monotonic() + seconds
    while True:
        found = look()
        if found or time.monotonic() > end:
            return found or None
        time.sleep(0.05)


class Checks:
    """What was checked, and how it went."""

    def __init__(self):
        self.failed = 0

    def check(self, name, holds, why=""):
        if holds:
            print(f"  ok    {name}", flush=True)
            return
        self.failed += 1
        print(f"  FAIL  {name}", flush=True)
        for line in str(why).splitlines():
            print(f"          {line}", flush=True)


def is_name(text):
    """Whether it can be read aloud: icons are letters that no voice knows."""
    return any(unicodedata.category(it) not in ("Co", "Cn", "Cc", "Zs") for it in text)


def check_controls(checks, window, where):
    controls = [it for it in window.elements() if it.is_control()]
    checks.check(f"{where}: there are controls", len(controls) >= 8, len(controls))
    nameless = [it.describe().strip() for it in controls if not is_name(it.name)]
    checks.check(f"{where}: each of {len(controls)} has a name", not nameless, "\n".join(nameless))
    allowed = SENSIBLE | REGIONS
    odd = [it.describe().strip() for it in controls if it.role not in allowed]
    checks.check(f"{where}: each has a role that says what it is", not odd, "\n".join(odd))


def note_what_sounds_odd(window):
    """What a voice would stumble over, though nothing depends on it."""
    for it in window.elements():
        if it.role in ("label", "frame") and not is_name(it.name):
            print(f"  note  a {it.role} called {it.name!r}")
        elif it.role in ("progress bar", "slider") and it.value:
            if Atspi.Value.get_maximum_value(it.node) > 1e300:
                print(f"  note  the {it.role} {it.name!r} does not say how far it goes")


def check_slider(checks, window, settings):
    slider = window.wait_for({"slider"}, "temperature")
    checks.check("the temperature is a slider", slider)
    if not slider:
        return
    # What is not on screen yet may take no value; the settings say when it did.
    Atspi.Value.set_current_value(slider.node, 0.0)
    saved = lambda: "temperature = 0.0" in settings.read_text(encoding="utf-8")
    checks.check("a value set on the bus moves it", within(5, saved), settings.read_text())
    is_low = lambda: any(
        Atspi.Value.get_current_value(it.node) < 0.001
        for it in window.find({"slider"}, "temperature")
    )
    checks.check("and the bus says where it is", within(3, is_low))


def check_question(checks, window):
    composer = within(10, window.composer)
    checks.check("the composer is found by name and role", composer)
    if not composer:
        return
    if not composer.is_focused:
        Atspi.Component.grab_focus(composer.node)
    has_focus = lambda: (window.composer() or composer).is_focused
    checks.check("and takes the keyboard", within(3, has_focus))
    window.type(QUESTION)

    written = lambda: any(it.says(QUESTION) for it in window.elements())
    checks.check("what is typed is on the bus", within(3, written))
    window.key("Return")
    said = lambda: any(it.says(ANSWER) for it in window.elements() if not it.is_control())
    checks.check("the reply comes as text", within(20, said))
    # It is complete once there is something else to do than to stop it.
    checks.check("and ends", window.wait_for({"push button", "button"}, "send", 10))


def check_settings_panel(checks, window):
    roles = {"push button", "button", "toggle button"}
    button = window.wait_for(roles, "action-toggle-settings")
    checks.check("there is a button for the settings", button)
    if not button:
        return
    shown = lambda: window.find({"slider"}, "temperature")
    for name, is_there in (("closes", False), ("opens", True)):
        for again in window.find(roles, "action-toggle-settings")[:1]:
            Atspi.Action.do_action(again.node, 0)
        checks.check(f"its action {name} them", within(5, lambda: bool(shown()) == is_there))


def stop_of(element):
    return (element.role, element.name) if element else None


def check_tabbing(checks, window):
    """Goes through the window by Tab until a stop comes for the second time."""
    composer = within(5, window.composer)
    if composer:
        Atspi.Component.grab_focus(composer.node)
        time.sleep(0.3)
    first = window.focused()
    order, nowhere, now = [first], 0, first
    for _ in range(MOST_STOPS):
        now = window.goes_to("Tab", now)
        if now is None:
            # The end of the window; the next Tab begins again.
            nowhere += 1
            if nowhere > 3:
                break
            continue
        if first is not None and now.node == first.node:
            break
        order.append(now)
    has_come_round = first is not None and now is not None and now.node == first.node
    names = [str(stop_of(it)) for it in order]
    checks.check(f"Tab comes round after {len(order)} stops", has_come_round, "\n".join(names))
    nameless = [str(stop_of(it)) for it in order if it and not is_name(it.name)]
    checks.check("each stop has a name", not nameless, "\n".join(nameless))
    missed = [
        it.describe().strip()
        for it in window.elements()
        if it.is_focusable
        and not it.is_off
        and it.role in SENSIBLE
        and not any(one and one.node == it.node for one in order)
    ]
    checks.check("Tab reaches every control", not missed, "\n".join(missed))
    for back in reversed(order[-2:]):
        now = window.goes_to("shift+Tab", now) or window.goes_to("shift+Tab", None)
        came = now and back and now.node == back.node
        checks.check("Shift+Tab goes back", came, f"at {stop_of(now)}, not {stop_of(back)}")
    return order


def main():
    pid, xid, language, settings, folder = sys.argv[1:]
    window = Window(int(pid), xid, language)
    settings, folder = pathlib.Path(settings), pathlib.Path(folder)
    checks = Checks()
    order = []
    try:
        checks.check("the window is on the bus", within(10, window.application))
        within(10, window.composer)
        check_controls(checks, window, "empty")
        check_slider(checks, window, settings)
        check_question(checks, window)
        check_controls(checks, window, "with a reply")
        note_what_sounds_odd(window)
        check_settings_panel(checks, window)
        order = check_tabbing(checks, window) or []
    finally:
        if checks.failed or sys.exc_info()[0]:
            lines = [it.describe() for it in window.elements()]
            lines += ["", "Tab goes:"] + [str(stop_of(it)) for it in order]
            path = folder / f"tree-{language}.txt"
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            print(f"          what the bus says is in {path}")
    sys.exit(1 if checks.failed else 0)


if __name__ == "__main__":
    main()
