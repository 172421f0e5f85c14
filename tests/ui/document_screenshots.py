"""Pictures of the window with documents, to be looked at: `python -m tests.ui.document_screenshots FOLDER`.

See `tests.ui.screenshots`. Scripted answers and files, no model, no disk.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QUrl

from app.attachments import FileState, SummaryOrder, SummaryStep
from runtime.documents.values import Document, PageState
from runtime.events import StopReason
from tests.fakes.chat import call, end, hold, note, result, say, services, think
from tests.fakes.documents import ScriptedReader, SummarisingChat, desk_with
from tests.support.documents.making import document
from tests.ui.screenshots import READY, Studio, shoot_in_all_looks
from ui.answers.text_view import TextView
from ui.controller import Stage
from ui.window import Window

PAGE = (
    "4 Staffing\n\nAt the end of the year the clinic employed 212 people, nine more than a year before. Two posts in "
    "radiology stayed vacant from March on.\n\nThe board decided on 3 May to close the ward in the east wing by "
    "30 September. Its twelve beds move to the main building. Costs of 4.2 million are expected, of which the "
    "foundation bears half.\n\nComplaints fell by 14 percent. Most of those that remained were about waiting times."
)
REPORT = document(
    "Annual report 2025 of the clinic.pdf", *["A page of the report."] * 3, PAGE, *["More."] * 8
)
PLAN = document("ward-move-plan.docx", "The move begins on 1 September.", "Beds are moved at night.")
PARTLY = document("scanned-letters.pdf", "Dear Sir or Madam", PageState.PICTURES, PageState.PICTURES)
BIG = document("guideline-collection.pdf", *["word " * 60] * 214)
ANSWER = (
    "The report names one closure and what it costs.\n\n"
    "- The board closes the ward in the east wing by 30 September [D1 p. 4].\n"
    "- Costs of **4.2 million** are expected, half of them borne by the foundation [D1 p. 4].\n"
    "- The move itself begins on 1 September [D2 p. 1; D1 pp. 4-6].\n"
    "- Staff were told in January [D4 p. 9].\n\n"
    "The plan does not say who is responsible."
)
SEARCH = [
    *think("The report is whole in the prompt, the guidelines are not. I search them."),
    *note("I look in the guidelines."),
    *call("search_documents", '{"query": "closing a ward", "document": "D4"}'),
    end(StopReason.TOOL_CALL),
    result(
        "search_documents",
        '{"results": [{"cite": "[D4 p. 17]", "excerpt": "closing of wards is announced"}]}',
    ),
    *call("read_pages", '{"document": "D4", "first_page": 17}'),
    end(StopReason.TOOL_CALL),
    result(
        "read_pages",
        '{"pages": [{"cite": "[D4 p. 17]", "text": "The closing of wards is announced in time."}]}',
    ),
    *say(ANSWER),
    end(),
]
SUMMARY = (
    "- The clinic employed 212 people at the end of the year [D1 p. 4]\n"
    "- The ward in the east wing closes by 30 September; costs of 4.2 million are expected [D1 p. 4]\n"
    "- Complaints fell by 14 percent [D1 p. 4]\n\n---\n\n"
    "Read 12 of 14 pages; pages 2 and 3 of scanned-letters.pdf hold only pictures."
)


class DocumentStudio(Studio):
    """Photographs windows with documents."""

    def table(
        self,
        *files: Document,
        script: list[object] | None = None,
        size: tuple[int, int] = (1180, 800),
        **given: object,
    ) -> tuple[Window, SummarisingChat]:
        desk = desk_with(*files, **given)  # type: ignore[arg-type]
        chat = SummarisingChat(
            desk, script or SEARCH, summary=[SummaryStep(0, 3, 12, 260.0), hold, *say(SUMMARY)]
        )
        window = self.open(
            services(
                chat,
                loads=((READY,),),
                title="gpt-oss-20b",
                is_demo=False,
                suggestions=(),
                documents=desk,
                summaries=chat,
            ),
            size,
        )
        self.wait(lambda: window.controller.stage is Stage.READY)
        return window, chat

    def ask(self, window: Window, text: str) -> None:
        window.chat.send(text)
        self.wait(lambda: window.controller.stage is Stage.READY)

    def take(self, name: str, window: Window) -> None:
        self.settle()
        self.settle()
        self.shoot(name, window)

    def done(self, window: Window) -> None:
        window.close()
        window.deleteLater()


def shoot_all(studio: DocumentStudio) -> None:
    for suffix, size in (("", (1180, 800)), ("-narrow", (420, 760))):
        window, _ = studio.table(REPORT, PLAN, PARTLY, BIG, size=size)
        chat = window.chat
        assert chat.documents is not None
        chat.documents.files.attach(["/x/salaries-locked.pdf"])
        studio.wait(lambda files=chat.documents.files: files.files[-1].state is FileState.REFUSED)  # type: ignore[misc]
        chat.composer.set_text("What is closed, when, and what does it cost?")
        studio.take(f"files{suffix}", window)
        chat.documents.files.remove(chat.documents.files.files[-1].key)
        chat.notify("")
        text = chat.composer.text
        chat.composer.clear()
        studio.ask(window, text)
        studio.take(f"answer{suffix}", window)
        view = chat.transcript.last_view()
        assert view is not None
        first = next(each for each in view.text.widgets if isinstance(each, TextView))
        first.page_asked.emit(
            QUrl("chorale-page:D1/4?c=The%20board%20closes%20the%20ward%20in%20the%20east%20wing")
        )
        studio.take(f"page{suffix}", window)
        chat.documents.pane.close_pane()
        chat.documents.ask_summary((1, 2))
        studio.take(f"summary-order{suffix}", window)
        chat.documents.panel.hide()
        chat.documents.summary_begins.emit(
            SummaryOrder((1, 3)), "Summarise the report and the letters briefly."
        )
        studio.take(f"summary-runs{suffix}", window)
        studio.done(window)
    window, fake = studio.table(REPORT, PARTLY)
    chat = window.chat
    assert chat.documents is not None
    chat.documents.summary_begins.emit(SummaryOrder((1, 2)), "Summarise the report and the letters briefly.")
    fake.release()
    studio.wait(lambda: window.controller.stage is Stage.READY)
    studio.take("summary", window)
    studio.done(window)
    reader = ScriptedReader({BIG.name: BIG}, holds=True)
    window, _ = studio.table(known=[BIG], reader=reader)
    chat = window.chat
    assert chat.documents is not None
    chat.documents.files.attach([f"/x/{BIG.name}", "/x/later.docx"])
    studio.wait(lambda: chat.documents is not None and chat.documents.files.files[0].pages_done > 0)
    studio.take("reading", window)
    reader.release()
    studio.done(window)
    window, _ = studio.table(PLAN, context=300)
    chat = window.chat
    chat.composer.set_text("What is all this? " * 100)
    studio.take("too-long", window)
    chat.composer.clear()
    chat.composer.set_target(True)
    studio.take("drop", window)
    chat.composer.set_target(False)
    window.activateWindow()
    next(iter(chat.composer.tray.chips.values())).setFocus()
    studio.take("focus", window)
    studio.done(window)


if __name__ == "__main__":
    sys.exit(
        shoot_in_all_looks("tests.ui.document_screenshots", lambda *look: shoot_all(DocumentStudio(*look)))
    )
