"""Pictures of the page of documents, to be looked at: `python -m tests.ui.documents_page_screenshots FOLDER`.

As `tests.ui.document_screenshots`: scripted files, no model; not a test.
"""

from __future__ import annotations

import sys
from dataclasses import replace

from PySide6.QtCore import Qt

from app.attachments import FileState
from runtime.documents.values import Document
from tests.fakes.chat import services
from tests.fakes.diagnostics import FakeDiagnostics
from tests.fakes.documents import ScriptedReader, SummarisingChat, desk_with
from tests.fakes.preferences import preferences_in
from tests.fakes.shelf import FakeModels
from tests.support.documents.making import document
from tests.ui.document_screenshots import BIG, PARTLY, PLAN, REPORT, SEARCH
from tests.ui.screenshots import READY, Studio, shoot_in_all_looks
from ui.controller import Stage
from ui.documents.documents_page import DocumentsPage
from ui.window import CHAT, DOCUMENTS, Window

CONTRACT = replace(
    document("Framework_agreement_2026_signed_final_version_3.pdf", *["words " * 300] * 14),
    size_bytes=1_240_000,
)


class PageStudio(Studio):
    """Photographs the page."""

    def page(
        self, *files: Document, size: tuple[int, int] = (1180, 800), **given: object
    ) -> tuple[Window, DocumentsPage]:
        desk = desk_with(*files, **given)  # type: ignore[arg-type]
        chat = SummarisingChat(desk, SEARCH)
        window = self.open(
            services(
                chat,
                loads=((READY,),),
                title="gpt-oss-20b",
                is_demo=False,
                documents=desk,
                summaries=chat,
                models=FakeModels(),
                diagnostics=FakeDiagnostics(),
                preferences=preferences_in(self._folder),
            ),
            size,
        )
        self.wait(lambda: window.controller.stage is Stage.READY)
        window.show_page(DOCUMENTS)
        page = window.documents_page
        assert page is not None
        return window, page

    def take(self, name: str, window: Window) -> None:
        self.settle()
        self.shoot(name, window)


def shoot_all(studio: PageStudio) -> None:
    """Empty, full, being read, with a page open; wide and narrow."""
    for suffix, size in (("", (1180, 900)), ("-narrow", (420, 900))):
        window, page = studio.page(size=size)
        studio.take(f"documents-empty{suffix}", window)
        page._set_target(True)
        studio.take(f"documents-drop-empty{suffix}", window)
        window.close()
        window, page = studio.page(CONTRACT, REPORT, PARTLY, BIG, known=[PLAN], size=size)
        files = page.documents.files
        files.attach(["/x/salaries-locked.pdf"])
        studio.wait(lambda files=files: files.files[-1].state is FileState.REFUSED)  # type: ignore[misc]
        window.activateWindow()
        page.attach.setFocus(Qt.FocusReason.TabFocusReason)
        studio.take(f"documents{suffix}", window)
        bar = page._list.verticalScrollBar()
        bar.setValue(bar.maximum())
        studio.take(f"documents-end{suffix}", window)
        bar.setValue(0)
        page._set_target(True)
        studio.take(f"documents-drop{suffix}", window)
        page._set_target(False)
        page.reader.show_file(files.files[1].key)
        studio.take(f"documents-page{suffix}", window)
        page.reader.pane.close_pane()
        files.remove(files.files[-1].key)
        window.chat.send("What is closed?")
        studio.wait(lambda window=window: window.controller.stage is Stage.READY)  # type: ignore[misc]
        files.attach([f"/x/{PLAN.name}"])
        studio.wait(lambda files=files: files.files[-1].state is FileState.READY)  # type: ignore[misc]
        studio.take(f"documents-sent{suffix}", window)
        window.show_page(CHAT)
        studio.take(f"documents-sent-chat{suffix}", window)
        window.close()
    reader = ScriptedReader({BIG.name: BIG}, holds=True)
    window, page = studio.page(known=[BIG], reader=reader)
    files = page.documents.files
    files.attach([f"/x/{BIG.name}", "/x/later.docx"])
    studio.wait(lambda: files.files[0].pages_done > 0)
    studio.take("documents-reading", window)
    reader.release()
    window.close()


if __name__ == "__main__":
    sys.exit(
        shoot_in_all_looks("tests.ui.documents_page_screenshots", lambda *look: shoot_all(PageStudio(*look)))
    )
