<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<!--
Glossary. One word for one thing, everywhere; neutral phrases rather than commands ("Datei neu herunterladen"),
"Sie" only where the person is meant.

answer               Antwort                   model                Modell
attach               anhängen                  organisation         Organisation
branch               Verzweigung               passphrase           Passphrase
cache                Cache                     pin, unpin           anheften, loslösen
commentary           Anmerkungen, Werkzeuge    policy               Richtlinie
context              Kontext                   question             Frage
conversation, chat   Unterhaltung              reasoning, analysis  Gedankengang
cut (answer)         abgeschnitten             saved prompt         Vorlage
device               Gerät                     settings             Einstellungen
document, file       Dokument, Datei           stop (answer)        anhalten
effort               Aufwand                   summary              Zusammenfassung
engine               Rechenprozess             think                nachdenken
export               exportieren               token, tokens        Token, Tokens
kernel               Rechenkern                tool                 Werkzeug
keychain             Schlüsselbund             try again            erneut versuchen
memory               (Arbeits-)Speicher        version (of a text)  Fassung
mirror, endpoint     Spiegelserver, Server     weights              Gewichte
-->
<TS version="2.1" language="de_DE" sourcelanguage="en_GB">
<context>
<name>Chorale</name>
<message>
<location filename="ui/answers/activity.py"/>
<source>Calling a tool</source>
<translation>Ruft ein Werkzeug auf</translation>
</message>
<message>
<location filename="ui/answers/activity.py"/>
<source>Loading {name}</source>
<translation>{name} wird geladen</translation>
</message>
<message>
<location filename="ui/answers/activity.py"/>
<source>Reading {done} of {total} tokens</source>
<translation>Liest {done} von {total} Tokens</translation>
</message>
<message>
<location filename="ui/answers/activity.py"/>
<source>Running {tool}</source>
<translation>Führt {tool} aus</translation>
</message>
<message>
<location filename="ui/answers/activity.py"/>
<source>Starting</source>
<translation>Beginnt</translation>
</message>
<message>
<location filename="ui/answers/activity.py"/>
<source>Thinking</source>
<translation>Denkt nach</translation>
</message>
<message>
<location filename="ui/answers/activity.py"/>
<source>Working</source>
<translation>Arbeitet</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Broken off: Chorale was ended while this was being written.</source>
<translation>Abgebrochen: Chorale wurde beendet, während dies geschrieben wurde.</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Continue</source>
<translation>Fortsetzen</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Copied</source>
<translation>Kopiert</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Copy answer</source>
<translation>Antwort kopieren</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Cut off here: there is no room for more tokens.</source>
<translation>Hier abgeschnitten: Für weitere Tokens ist kein Platz.</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>More about this answer</source>
<translation>Mehr zu dieser Antwort</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Stop reading</source>
<translation>Vorlesen anhalten</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Stopped.</source>
<translation>Angehalten.</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Stopped. What has been read is kept: Try again goes on from there.</source>
<translation>Angehalten. Was gelesen wurde, bleibt erhalten: „Erneut versuchen“ macht dort weiter.</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>The model ended without an answer.</source>
<translation>Das Modell hat ohne Antwort geendet.</translation>
</message>
<message>
<location filename="ui/answers/answer.py"/>
<source>Try again</source>
<translation>Erneut versuchen</translation>
</message>
<message>
<location filename="ui/answers/citation_links.py"/>
<source>p. {number}</source>
<translation>S. {number}</translation>
</message>
<message>
<location filename="ui/answers/citation_links.py"/>
<source>{file}, page {number}</source>
<translation>{file}, Seite {number}</translation>
</message>
<message>
<location filename="ui/answers/citation_links.py"/>
<source>{title}: the model was not shown this page</source>
<translation>{title}: Diese Seite wurde dem Modell nicht gezeigt</translation>
</message>
<message>
<location filename="ui/answers/citation_links.py"/>
<source>⚠ {page}, not in what was read</source>
<translation>⚠ {page}, nicht in dem, was gelesen wurde</translation>
</message>
<message>
<location filename="ui/answers/citation_links.py"/>
<source>⚠ {page}: there is no such page</source>
<translation>⚠ {page}: Diese Seite gibt es nicht</translation>
</message>
<message>
<location filename="ui/answers/code_block.py"/>
<source>Code</source>
<translation>Code</translation>
</message>
<message>
<location filename="ui/answers/code_block.py"/>
<source>Code, {language}</source>
<translation>Code, {language}</translation>
</message>
<message>
<location filename="ui/answers/code_block.py"/>
<source>Copy code</source>
<translation>Code kopieren</translation>
</message>
<message>
<location filename="ui/answers/code_block.py"/>
<source>code</source>
<translation>Code</translation>
</message>
<message>
<location filename="ui/answers/foot.py"/>
<source>Delete</source>
<translation>Löschen</translation>
</message>
<message>
<location filename="ui/answers/foot.py"/>
<source>Keep</source>
<translation>Behalten</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>Cancel</source>
<translation>Abbrechen</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>Chorale does not open addresses of this kind.</source>
<translation>Adressen dieser Art öffnet Chorale nicht.</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>Copy address</source>
<translation>Adresse kopieren</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>Open</source>
<translation>Öffnen</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>Open link</source>
<translation>Link öffnen</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>Open this address outside Chorale?</source>
<translation>Diese Adresse außerhalb von Chorale öffnen?</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>Take care: the link's words name {named}, but it leads to {host}.</source>
<translation>Vorsicht: Der Link nennt {named}, führt aber zu {host}.</translation>
</message>
<message>
<location filename="ui/answers/links.py"/>
<source>another place</source>
<translation>einer anderen Stelle</translation>
</message>
<message>
<location filename="ui/answers/markdown_view.py"/>
<source>Answer</source>
<translation>Antwort</translation>
</message>
<message>
<location filename="ui/answers/text_view.py"/>
<source>Copy link address</source>
<translation>Adresse des Links kopieren</translation>
</message>
<message>
<location filename="ui/answers/text_view.py"/>
<source>Formulas: {formulas}</source>
<translation>Formeln: {formulas}</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Called {tools}</source>
<translation>Aufgerufen: {tools}</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Calling {tool}…</source>
<translation>{tool} wird aufgerufen…</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Hide</source>
<translation>Ausblenden</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Raw reasoning</source>
<translation>Gedankengang</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Result</source>
<translation>Ergebnis</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Running {tool}…</source>
<translation>{tool} läuft…</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Said along the way</source>
<translation>Zwischenbemerkungen</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Show</source>
<translation>Anzeigen</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>The model's raw, unfiltered reasoning. It may be wrong or unsuitable.</source>
<translation>Der rohe, ungefilterte Gedankengang des Modells. Er kann falsch oder unpassend sein.</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Thinking…</source>
<translation>Denkt nach…</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Thinking… {time} · {tokens}</source>
<translation>Denkt nach… {time} · {tokens}</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Thought</source>
<translation>Nachgedacht</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Thought for {time} · {tokens}</source>
<translation>{time} nachgedacht · {tokens}</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>Tool calls and notes</source>
<translation>Werkzeuge und Anmerkungen</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>closed</source>
<translation>zugeklappt</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>open</source>
<translation>aufgeklappt</translation>
</message>
<message>
<location filename="ui/answers/voice_pane.py"/>
<source>without arguments</source>
<translation>ohne Argumente</translation>
</message>
<message>
<location filename="ui/chat/acting.py"/>
<source>Delete this answer and all that followed it, for ever?</source>
<translation>Diese Antwort und alles, was auf sie folgte, für immer löschen?</translation>
</message>
<message>
<location filename="ui/chat/acting.py"/>
<source>Delete this answer for ever?</source>
<translation>Diese Antwort für immer löschen?</translation>
</message>
<message>
<location filename="ui/chat/acting.py"/>
<source>Delete this question and all that followed it, for ever?</source>
<translation>Diese Frage und alles, was auf sie folgte, für immer löschen?</translation>
</message>
<message>
<location filename="ui/chat/chat_page.py"/>
<source>From here on you talk to {name}.</source>
<translation>Ab hier antwortet {name}.</translation>
</message>
<message>
<location filename="ui/chat/chat_page.py"/>
<source>Loading…</source>
<translation>Wird geladen…</translation>
</message>
<message>
<location filename="ui/chat/chat_page.py"/>
<source>No model is loaded</source>
<translation>Kein Modell geladen</translation>
</message>
<message>
<location filename="ui/chat/chat_panels.py"/>
<source>Summarising the oldest questions and answers…</source>
<translation>Die ältesten Fragen und Antworten werden zusammengefasst…</translation>
</message>
<message>
<location filename="ui/chat/chat_panels.py"/>
<source>There is room again.</source>
<translation>Es ist wieder Platz.</translation>
</message>
<message>
<location filename="ui/chat/chat_panels.py"/>
<source>There is room again. Send your message when you like.</source>
<translation>Es ist wieder Platz. Die Nachricht kann jetzt gesendet werden.</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>As in Settings. For example: Answer in two sentences.</source>
<translation>Wie in den Einstellungen. Zum Beispiel: In zwei Sätzen antworten.</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Context</source>
<translation>Kontext</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Default</source>
<translation>Standard</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Default: {name}</source>
<translation>Standard: {name}</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Done</source>
<translation>Fertig</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Effort</source>
<translation>Aufwand</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>For this conversation only, from the next message on.</source>
<translation>Nur für diese Unterhaltung, ab der nächsten Nachricht.</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>High</source>
<translation>Hoch</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Instructions</source>
<translation>Anweisungen</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Low</source>
<translation>Niedrig</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Medium</source>
<translation>Mittel</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Model</source>
<translation>Modell</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Models that your organisation does not allow are not offered.</source>
<translation>Modelle, die Ihre Organisation nicht erlaubt, werden nicht angeboten.</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Settings of this conversation</source>
<translation>Einstellungen dieser Unterhaltung</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>Temperature</source>
<translation>Temperatur</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>{count} tokens</source>
<translation>{count} Tokens</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>{figure}: always the likeliest word</source>
<translation>{figure}: immer das wahrscheinlichste Wort</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>{figure}: as the model was made</source>
<translation>{figure}: wie vom Modell vorgesehen</translation>
</message>
<message>
<location filename="ui/chat/chat_settings.py"/>
<source>{name}: cannot be used now</source>
<translation>{name}: zurzeit nicht nutzbar</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>An answer is still being written. Wait for it, or stop it with Esc.</source>
<translation>Noch wird eine Antwort geschrieben. Bitte warten oder mit Esc anhalten.</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>Ask something</source>
<translation>Frage stellen</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>Meet Chorale</source>
<translation>Chorale kennenlernen</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>No model is loaded, so there is nobody to answer. Try loading it again first.</source>
<translation>Es ist kein Modell geladen, das antworten könnte. Bitte zuerst erneut laden.</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>The model is loading; you can write already</source>
<translation>Das Modell wird geladen; schreiben geht schon</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>The model is still loading. Send this when it is ready.</source>
<translation>Das Modell wird noch geladen. Senden geht, sobald es bereit ist.</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>The model runs on this PC. Nothing you write leaves it.</source>
<translation>Das Modell läuft auf diesem PC. Nichts Geschriebenes verlässt ihn.</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>This is a tiny demo model. It only knows about Chorale, and runs on this PC alone.</source>
<translation>Dies ist ein winziges Demo-Modell. Es kennt nur Chorale und läuft allein auf diesem PC.</translation>
</message>
<message>
<location filename="ui/chat/chat_words.py"/>
<source>What is on your mind?</source>
<translation>Was beschäftigt Sie?</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Attach files (Ctrl+O)</source>
<translation>Dateien anhängen (Strg+O)</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Ctrl+Enter sends · Enter breaks the line</source>
<translation>Strg+Eingabe sendet · Eingabe bricht die Zeile um</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Drop the files to attach them</source>
<translation>Dateien hier ablegen, um sie anzuhängen</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Enter sends · Shift+Enter breaks the line</source>
<translation>Eingabe sendet · Umschalt+Eingabe bricht die Zeile um</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Message</source>
<translation>Nachricht</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Saved prompts (/)</source>
<translation>Vorlagen (/)</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Send</source>
<translation>Senden</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Send (Ctrl+Enter)</source>
<translation>Senden (Strg+Eingabe)</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Send (Enter)</source>
<translation>Senden (Eingabe)</translation>
</message>
<message>
<location filename="ui/chat/composer.py"/>
<source>Stop (Esc)</source>
<translation>Anhalten (Esc)</translation>
</message>
<message>
<location filename="ui/chat/effort_picker.py"/>
<source>Effort: {name}</source>
<translation>Aufwand: {name}</translation>
</message>
<message>
<location filename="ui/chat/effort_picker.py"/>
<source>Think as long as it takes</source>
<translation>So lange wie nötig nachdenken</translation>
</message>
<message>
<location filename="ui/chat/effort_picker.py"/>
<source>Think briefly</source>
<translation>Kurz nachdenken</translation>
</message>
<message>
<location filename="ui/chat/effort_picker.py"/>
<source>Think for a while</source>
<translation>Eine Weile nachdenken</translation>
</message>
<message>
<location filename="ui/chat/empty_state.py"/>
<source>Loading the model</source>
<translation>Das Modell wird geladen</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>A tiny model that only knows about Chorale</source>
<translation>Ein winziges Modell, das nur Chorale kennt</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>Demo</source>
<translation>Demo</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>Do not keep this chat</source>
<translation>Diese Unterhaltung nicht aufbewahren</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>Model: {name}</source>
<translation>Modell: {name}</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>New conversation</source>
<translation>Neue Unterhaltung</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>New conversation (Ctrl+N)</source>
<translation>Neue Unterhaltung (Strg+N)</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>Not kept</source>
<translation>Nicht aufbewahrt</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>Nothing of this conversation is written to the disk.</source>
<translation>Von dieser Unterhaltung wird nichts auf die Festplatte geschrieben.</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>Show the list of conversations (Ctrl+B)</source>
<translation>Liste der Unterhaltungen einblenden (Strg+B)</translation>
</message>
<message>
<location filename="ui/chat/header.py"/>
<source>This chat is not kept; begin one that is</source>
<translation>Diese Unterhaltung wird nicht aufbewahrt; eine beginnen, die aufbewahrt wird</translation>
</message>
<message>
<location filename="ui/chat/model_words.py"/>
<source>This conversation goes on with {name}: it is loaded when you send.</source>
<translation>Diese Unterhaltung geht mit {name} weiter: Es wird beim Senden geladen.</translation>
</message>
<message>
<location filename="ui/chat/model_words.py"/>
<source>This conversation has a context of its own: {name} is loaded again when you send.</source>
<translation>Diese Unterhaltung hat einen eigenen Kontext: {name} wird beim Senden neu geladen.</translation>
</message>
<message>
<location filename="ui/chat/more_below.py"/>
<source>Jump to latest</source>
<translation>Zum Neuesten springen</translation>
</message>
<message>
<location filename="ui/chat/prompts.py"/>
<source>Delete a prompt</source>
<translation>Vorlage löschen</translation>
</message>
<message>
<location filename="ui/chat/prompts.py"/>
<source>Name of the prompt</source>
<translation>Name der Vorlage</translation>
</message>
<message>
<location filename="ui/chat/prompts.py"/>
<source>No prompts are saved yet</source>
<translation>Noch keine Vorlagen gespeichert</translation>
</message>
<message>
<location filename="ui/chat/prompts.py"/>
<source>Put it into the message</source>
<translation>In die Nachricht einsetzen</translation>
</message>
<message>
<location filename="ui/chat/prompts.py"/>
<source>Save</source>
<translation>Speichern</translation>
</message>
<message>
<location filename="ui/chat/prompts.py"/>
<source>Save this message as a prompt…</source>
<translation>Diese Nachricht als Vorlage speichern…</translation>
</message>
<message>
<location filename="ui/chat/prompts.py"/>
<source>Saved prompts</source>
<translation>Vorlagen</translation>
</message>
<message>
<location filename="ui/chat/question.py"/>
<source>Copy question</source>
<translation>Frage kopieren</translation>
</message>
<message>
<location filename="ui/chat/question.py"/>
<source>Edit question</source>
<translation>Frage bearbeiten</translation>
</message>
<message>
<location filename="ui/chat/question.py"/>
<source>More about this question</source>
<translation>Mehr zu dieser Frage</translation>
</message>
<message>
<location filename="ui/chat/question.py"/>
<source>Show all</source>
<translation>Alles anzeigen</translation>
</message>
<message>
<location filename="ui/chat/question.py"/>
<source>With {files}</source>
<translation>Mit {files}</translation>
</message>
<message>
<location filename="ui/chat/question.py"/>
<source>You</source>
<translation>Sie</translation>
</message>
<message>
<location filename="ui/chat/question_edit.py"/>
<source>Ask this</source>
<translation>So fragen</translation>
</message>
<message>
<location filename="ui/chat/question_edit.py"/>
<source>Ask this (Ctrl+Enter)</source>
<translation>So fragen (Strg+Eingabe)</translation>
</message>
<message>
<location filename="ui/chat/question_edit.py"/>
<source>Cancel (Esc)</source>
<translation>Abbrechen (Esc)</translation>
</message>
<message>
<location filename="ui/chat/question_edit.py"/>
<source>The question as it was stays, with its answers: ‹ leads back.</source>
<translation>Die bisherige Frage bleibt mit ihren Antworten erhalten: ‹ führt zurück.</translation>
</message>
<message>
<location filename="ui/chat/reading.py"/>
<source>Reading aloud stopped, because the voice of this PC failed: check the sound and the voice in the system's settings.</source>
<translation>Das Vorlesen wurde beendet, weil die Stimme dieses PCs versagt hat: Ton und Stimme in den Einstellungen des Systems prüfen.</translation>
</message>
<message>
<location filename="ui/chat/reading.py"/>
<source>This PC has no voice to read aloud with.</source>
<translation>Dieser PC hat keine Stimme zum Vorlesen.</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>Leave out the oldest question and answer: frees {frees} tokens</source>
<translation>Die älteste Frage und Antwort weglassen: gibt {frees} Tokens frei</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>Leave out the {turns} oldest questions and answers: frees {frees} tokens</source>
<translation>Die {turns} ältesten Fragen und Antworten weglassen: gibt {frees} Tokens frei</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>Load the model again with room for {length} tokens, which takes more memory</source>
<translation>Das Modell neu laden, mit Platz für {length} Tokens; das braucht mehr Speicher</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>Not now</source>
<translation>Nicht jetzt</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>Summarise the oldest question and answer: frees about {frees} tokens</source>
<translation>Die älteste Frage und Antwort zusammenfassen: gibt etwa {frees} Tokens frei</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>Summarise the {turns} oldest questions and answers: frees about {frees} tokens</source>
<translation>Die {turns} ältesten Fragen und Antworten zusammenfassen: gibt etwa {frees} Tokens frei</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>The model's context of {limit} tokens is full. What should happen? Nothing is deleted: what the model is no longer told stays here to be read.</source>
<translation>Der Kontext des Modells, {limit} Tokens, ist voll. Was soll geschehen? Nichts wird gelöscht: Was das Modell nicht mehr erfährt, bleibt hier lesbar.</translation>
</message>
<message>
<location filename="ui/chat/room_panel.py"/>
<source>This needs {needed} tokens, and the model holds {limit}. What should happen? Nothing is deleted: what the model is no longer told stays here to be read.</source>
<translation>Dafür sind {needed} Tokens nötig, und das Modell fasst {limit}. Was soll geschehen? Nichts wird gelöscht: Was das Modell nicht mehr erfährt, bleibt hier lesbar.</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Copy</source>
<translation>Kopieren</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Copy as plain text</source>
<translation>Als reinen Text kopieren</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Delete…</source>
<translation>Löschen…</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Edit</source>
<translation>Bearbeiten</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Next version</source>
<translation>Nächste Fassung</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Previous version</source>
<translation>Vorige Fassung</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Quote in a message</source>
<translation>In einer Nachricht zitieren</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Read aloud</source>
<translation>Vorlesen</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>Version {index} of {count}</source>
<translation>Fassung {index} von {count}</translation>
</message>
<message>
<location filename="ui/chat/row_actions.py"/>
<source>{index} / {count}</source>
<translation>{index} / {count}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Attached files: {count}</source>
<translation>Angehängte Dateien: {count}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Context {used} of {length}</source>
<translation>Kontext {used} von {length}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Context {used} of {length} · {free} free</source>
<translation>Kontext {used} von {length} · {free} frei</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Free: {count}</source>
<translation>Frei: {count}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Instructions and tools: {count}</source>
<translation>Anweisungen und Werkzeuge: {count}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Kept in memory, not to be read again: {count}</source>
<translation>Im Speicher, muss nicht neu gelesen werden: {count}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Questions and answers the model is no longer told: {count}</source>
<translation>Fragen und Antworten, die das Modell nicht mehr erfährt: {count}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Questions and answers: {count}</source>
<translation>Fragen und Antworten: {count}</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>Starting…</source>
<translation>Beginnt…</translation>
</message>
<message>
<location filename="ui/chat/status_strip.py"/>
<source>{device} · {kernel} kernel</source>
<translation>{device} · Rechenkern {kernel}</translation>
</message>
<message>
<location filename="ui/chat/token_meter.py"/>
<source>What this message takes: {figures}. {warning}</source>
<translation>Was diese Nachricht belegt: {figures}. {warning}</translation>
</message>
<message>
<location filename="ui/chat/transcript.py"/>
<source>Conversation</source>
<translation>Unterhaltung</translation>
</message>
<message>
<location filename="ui/controller.py"/>
<source>Loading was stopped. Nothing was sent.</source>
<translation>Das Laden wurde abgebrochen. Nichts wurde gesendet.</translation>
</message>
<message>
<location filename="ui/controller.py"/>
<source>Loading was stopped. Try again to load the model.</source>
<translation>Das Laden wurde abgebrochen. „Erneut versuchen“ lädt das Modell.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>A passphrase needs at least {count} characters.</source>
<translation>Eine Passphrase braucht mindestens {count} Zeichen.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Begin an empty list</source>
<translation>Leere Liste beginnen</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Conversations are not kept: this PC has no keychain for their key. Set a passphrase to keep them, encrypted.</source>
<translation>Unterhaltungen werden nicht aufbewahrt: Dieser PC hat keinen Schlüsselbund für ihren Schlüssel. Mit einer Passphrase werden sie aufbewahrt, und zwar verschlüsselt.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Conversations are not kept: your organisation does not allow it.</source>
<translation>Unterhaltungen werden nicht aufbewahrt: Ihre Organisation erlaubt es nicht.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>It is set aside under another name, not deleted, and an empty list begins. Go on?</source>
<translation>Es wird unter anderem Namen beiseitegelegt, nicht gelöscht, und eine leere Liste beginnt. Fortfahren?</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Keep conversations</source>
<translation>Unterhaltungen aufbewahren</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Leave it</source>
<translation>So lassen</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Open Settings</source>
<translation>Einstellungen öffnen</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Passphrase</source>
<translation>Passphrase</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>The conversations on this PC are locked. Type their passphrase to see them.</source>
<translation>Die Unterhaltungen auf diesem PC sind gesperrt. Bitte ihre Passphrase eingeben.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>The conversations on this PC cannot be opened.</source>
<translation>Die Unterhaltungen auf diesem PC lassen sich nicht öffnen.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>The key to the conversations is no longer in this PC's keychain, so they cannot be opened.</source>
<translation>Der Schlüssel zu den Unterhaltungen ist nicht mehr im Schlüsselbund dieses PCs; sie lassen sich deshalb nicht öffnen.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>The passphrase again</source>
<translation>Passphrase wiederholen</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>The two passphrases differ. Type them again.</source>
<translation>Die beiden Passphrasen sind verschieden. Bitte noch einmal eingeben.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>This PC's keychain does not answer, so the conversations cannot be opened. Unlock it and try again.</source>
<translation>Der Schlüsselbund dieses PCs antwortet nicht, deshalb lassen sich die Unterhaltungen nicht öffnen. Bitte entsperren und erneut versuchen.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Unlock</source>
<translation>Entsperren</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Waiting for this PC's keychain, which holds the key to the conversations. It may ask you to unlock it.</source>
<translation>Es wird auf den Schlüsselbund dieses PCs gewartet, der den Schlüssel zu den Unterhaltungen verwahrt. Vielleicht bittet er Sie, ihn zu entsperren.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>What is there can be read again once the keychain answers.</source>
<translation>Was vorhanden ist, lässt sich wieder lesen, sobald der Schlüsselbund antwortet.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>What is there cannot be read.</source>
<translation>Was vorhanden ist, lässt sich nicht lesen.</translation>
</message>
<message>
<location filename="ui/conversations/access_panel.py"/>
<source>Without its passphrase nobody can read what is there.</source>
<translation>Ohne die Passphrase kann niemand lesen, was vorhanden ist.</translation>
</message>
<message>
<location filename="ui/conversations/delegate.py"/>
<source>Title</source>
<translation>Titel</translation>
</message>
<message>
<location filename="ui/conversations/item_model.py"/>
<source>Folder {name}, {count}, closed</source>
<translation>Ordner {name}, {count}, zugeklappt</translation>
</message>
<message>
<location filename="ui/conversations/item_model.py"/>
<source>Folder {name}, {count}, open</source>
<translation>Ordner {name}, {count}, aufgeklappt</translation>
</message>
<message>
<location filename="ui/conversations/item_model.py"/>
<source>{title}, {group}</source>
<translation>{title}, {group}</translation>
</message>
<message>
<location filename="ui/conversations/item_model.py"/>
<source>{title}: {snippet}</source>
<translation>{title}: {snippet}</translation>
</message>
<message>
<location filename="ui/conversations/lines.py"/>
<source>Last 7 days</source>
<translation>Letzte 7 Tage</translation>
</message>
<message>
<location filename="ui/conversations/lines.py"/>
<source>Older</source>
<translation>Älter</translation>
</message>
<message>
<location filename="ui/conversations/lines.py"/>
<source>Pinned</source>
<translation>Angeheftet</translation>
</message>
<message>
<location filename="ui/conversations/lines.py"/>
<source>Today</source>
<translation>Heute</translation>
</message>
<message>
<location filename="ui/conversations/lines.py"/>
<source>Yesterday</source>
<translation>Gestern</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Clear the search</source>
<translation>Suche leeren</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Conversations</source>
<translation>Unterhaltungen</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Conversations appear here once you have asked something. They stay on this PC.</source>
<translation>Hier stehen Unterhaltungen, sobald etwas gefragt wurde. Sie bleiben auf diesem PC.</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Delete {count} conversations for ever? They cannot be brought back.</source>
<translation>{count} Unterhaltungen für immer löschen? Sie lassen sich nicht zurückholen.</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Delete “{title}” for ever? It cannot be brought back.</source>
<translation>„{title}“ für immer löschen? Das lässt sich nicht rückgängig machen.</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Export…</source>
<translation>Exportieren…</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Hide the list (Ctrl+B)</source>
<translation>Liste ausblenden (Strg+B)</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Move there</source>
<translation>Dorthin verschieben</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Move to</source>
<translation>Verschieben nach</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Name of the folder</source>
<translation>Name des Ordners</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>New folder…</source>
<translation>Neuer Ordner…</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>No folder</source>
<translation>Kein Ordner</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Nothing was found. Every word must be there; try fewer.</source>
<translation>Nichts gefunden. Jedes Wort muss vorkommen; weniger Wörter finden mehr.</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Pin</source>
<translation>Anheften</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Rename</source>
<translation>Umbenennen</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Search conversations</source>
<translation>Unterhaltungen durchsuchen</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Search conversations (Ctrl+F)</source>
<translation>Unterhaltungen durchsuchen (Strg+F)</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>Unpin</source>
<translation>Loslösen</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>What to do with the chosen conversations</source>
<translation>Was mit den gewählten Unterhaltungen geschehen soll</translation>
</message>
<message>
<location filename="ui/conversations/panel.py"/>
<source>{count} found</source>
<translation>{count} gefunden</translation>
</message>
<message>
<location filename="ui/crash.py"/>
<source>Chorale</source>
<translation>Chorale</translation>
</message>
<message>
<location filename="ui/crash.py"/>
<source>Copy details</source>
<translation>Einzelheiten kopieren</translation>
</message>
<message>
<location filename="ui/crash.py"/>
<source>Details</source>
<translation>Einzelheiten</translation>
</message>
<message>
<location filename="ui/crash.py"/>
<source>Go on</source>
<translation>Weiter</translation>
</message>
<message>
<location filename="ui/crash.py"/>
<source>Something went wrong in Chorale.</source>
<translation>In Chorale ist etwas schiefgegangen.</translation>
</message>
<message>
<location filename="ui/crash.py"/>
<source>Your conversation is still here.</source>
<translation>Die Unterhaltung ist noch da.</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Conversation (KV cache)</source>
<translation>Unterhaltung (KV-Cache)</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Copy for support</source>
<translation>Für den Support kopieren</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Device</source>
<translation>Gerät</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Diagnostics</source>
<translation>Diagnose</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Empty</source>
<translation>Leer</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Engine</source>
<translation>Rechenprozess</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>For whoever helps. Neither what you wrote is in it, nor your name, nor the name of this PC. It goes nowhere unless you send it.</source>
<translation>Für alle, die helfen. Darin steht weder, was Sie geschrieben haben, noch Ihr Name oder der dieses PCs. Es geht nirgendwohin, wenn Sie es nicht senden.</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Its files (SHA-256)</source>
<translation>Seine Dateien (SHA-256)</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Kernel</source>
<translation>Rechenkern</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Last errors</source>
<translation>Letzte Fehler</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Memory</source>
<translation>Speicher</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>None is loaded.</source>
<translation>Keines geladen.</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>None since Chorale was started.</source>
<translation>Keine, seit Chorale gestartet wurde.</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Not known</source>
<translation>Nicht bekannt</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Not running</source>
<translation>Läuft nicht</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Speed</source>
<translation>Geschwindigkeit</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>System</source>
<translation>System</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>This PC</source>
<translation>Dieser PC</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Threads</source>
<translation>Threads</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Versions</source>
<translation>Versionen</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>Window</source>
<translation>Fenster</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>d MMM, HH:mm:ss</source>
<translation>d. MMM, HH:mm:ss</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>{count} tokens at most</source>
<translation>höchstens {count} Tokens</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>{free} of {total} free</source>
<translation>{free} von {total} frei</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>{name} ({kind})</source>
<translation>{name} ({kind})</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>{private} of its own, {mapped} of mapped files</source>
<translation>{private} eigener, {mapped} in eingeblendeten Dateien</translation>
</message>
<message>
<location filename="ui/diagnostics/diagnostics_page.py"/>
<source>{used} tokens ({used_size}), room for {reserved} ({reserved_size})</source>
<translation>{used} Tokens ({used_size}), Platz für {reserved} ({reserved_size})</translation>
</message>
<message>
<location filename="ui/diagnostics/fact_list.py"/>
<source>{name}: {value}</source>
<translation>{name}: {value}</translation>
</message>
<message>
<location filename="ui/diagnostics/speed_plot.py"/>
<source>Nothing has been answered since Chorale was started.</source>
<translation>Seit Chorale gestartet wurde, gab es noch keine Antwort.</translation>
</message>
<message>
<location filename="ui/diagnostics/speed_plot.py"/>
<source>Now {speed}.</source>
<translation>Jetzt {speed}.</translation>
</message>
<message>
<location filename="ui/diagnostics/speed_plot.py"/>
<source>Speed of the last answers</source>
<translation>Geschwindigkeit der letzten Antworten</translation>
</message>
<message>
<location filename="ui/diagnostics/speed_plot.py"/>
<source>The last answer: {speed}.</source>
<translation>Die letzte Antwort: {speed}.</translation>
</message>
<message>
<location filename="ui/diagnostics/speed_plot.py"/>
<source>The last {count} answers: {slowest} to {fastest} tokens/s, the newest {newest}.</source>
<translation>Die letzten {count} Antworten: {slowest} bis {fastest} Tokens/s, die neueste {newest}.</translation>
</message>
<message>
<location filename="ui/diagnostics/speed_plot.py"/>
<source>The prompt was last read at {speed}.</source>
<translation>Die Eingabe wurde zuletzt mit {speed} gelesen.</translation>
</message>
<message>
<location filename="ui/documents/attachment_chip.py"/>
<source>Remove</source>
<translation>Entfernen</translation>
</message>
<message>
<location filename="ui/documents/attachment_chip.py"/>
<source>Remove {name}</source>
<translation>{name} entfernen</translation>
</message>
<message>
<location filename="ui/documents/attachment_chip.py"/>
<source>Show its text</source>
<translation>Text anzeigen</translation>
</message>
<message>
<location filename="ui/documents/attachment_chip.py"/>
<source>Summarise…</source>
<translation>Zusammenfassen…</translation>
</message>
<message>
<location filename="ui/documents/attachment_tray.py"/>
<source>Attached files</source>
<translation>Angehängte Dateien</translation>
</message>
<message>
<location filename="ui/documents/attachment_tray.py"/>
<source>Summarise all…</source>
<translation>Alle zusammenfassen…</translation>
</message>
<message>
<location filename="ui/documents/chat_documents.py"/>
<source>An answer is being written. Summaries can be made after it.</source>
<translation>Eine Antwort wird geschrieben. Danach kann zusammengefasst werden.</translation>
</message>
<message>
<location filename="ui/documents/chat_documents.py"/>
<source>Attach files</source>
<translation>Dateien anhängen</translation>
</message>
<message>
<location filename="ui/documents/chat_documents.py"/>
<source>No model is loaded, so nothing can be summarised.</source>
<translation>Es ist kein Modell geladen, deshalb kann nichts zusammengefasst werden.</translation>
</message>
<message>
<location filename="ui/documents/chat_documents.py"/>
<source>Summarising</source>
<translation>Zusammenfassung</translation>
</message>
<message>
<location filename="ui/documents/chat_documents.py"/>
<source>Summarising {files}</source>
<translation>Zusammenfassung: {files}</translation>
</message>
<message>
<location filename="ui/documents/chat_documents.py"/>
<source>The model is still loading. Summaries can be made when it is ready.</source>
<translation>Das Modell wird noch geladen. Sobald es bereit ist, kann zusammengefasst werden.</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>Brought together: {places}</source>
<translation>Zusammengeführt: {places}</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>Read 1 page of 1</source>
<translation>1 Seite von 1 gelesen</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>Read {read} of {total} pages</source>
<translation>{read} von {total} Seiten gelesen</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>are blank</source>
<translation>sind leer</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>could not be read</source>
<translation>ließ sich nicht lesen</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>could not be read (several)</source>
<translation>ließen sich nicht lesen</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>could not be summarised</source>
<translation>ließ sich nicht zusammenfassen</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>could not be summarised (several)</source>
<translation>ließen sich nicht zusammenfassen</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>hold only pictures</source>
<translation>enthalten nur Bilder</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>holds only pictures</source>
<translation>enthält nur Bilder</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>is blank</source>
<translation>ist leer</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>page {page}</source>
<translation>Seite {page}</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>pages {pages}</source>
<translation>die Seiten {pages}</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>was not reached</source>
<translation>wurde nicht erreicht</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>were not reached</source>
<translation>wurden nicht erreicht</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>{file}, pages {pages}</source>
<translation>{file}, Seiten {pages}</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>{pages} and {page}</source>
<translation>{pages} und {page}</translation>
</message>
<message>
<location filename="ui/documents/coverage_words.py"/>
<source>{place} of {file}</source>
<translation>{place} von {file}</translation>
</message>
<message>
<location filename="ui/documents/document_pane.py"/>
<source>Close the page (Esc)</source>
<translation>Seite schließen (Esc)</translation>
</message>
<message>
<location filename="ui/documents/document_pane.py"/>
<source>No single sentence of this page clearly fits the answer.</source>
<translation>Kein einzelner Satz dieser Seite passt eindeutig zur Antwort.</translation>
</message>
<message>
<location filename="ui/documents/document_pane.py"/>
<source>Page after (Alt+Right)</source>
<translation>Nächste Seite (Alt+Rechts)</translation>
</message>
<message>
<location filename="ui/documents/document_pane.py"/>
<source>Page before (Alt+Left)</source>
<translation>Vorige Seite (Alt+Links)</translation>
</message>
<message>
<location filename="ui/documents/document_pane.py"/>
<source>Page {number} of {total}</source>
<translation>Seite {number} von {total}</translation>
</message>
<message>
<location filename="ui/documents/document_pane.py"/>
<source>The answer names this page, but the model was not shown it. Check what it says.</source>
<translation>Die Antwort nennt diese Seite, aber das Modell hat sie nicht gesehen. Bitte prüfen, was darauf steht.</translation>
</message>
<message>
<location filename="ui/documents/document_pane.py"/>
<source>The place that fits the answer best is marked.</source>
<translation>Die Stelle, die am besten zur Antwort passt, ist markiert.</translation>
</message>
<message>
<location filename="ui/documents/document_row.py"/>
<source>Show the text of {name}</source>
<translation>Text von {name} anzeigen</translation>
</message>
<message>
<location filename="ui/documents/document_row.py"/>
<source>Summarise {files}</source>
<translation>{files} zusammenfassen</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>1 page</source>
<translation>1 Seite</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Actions and dates</source>
<translation>Aufgaben und Termine</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>All of it goes with your next message.</source>
<translation>Alles davon geht mit der nächsten Nachricht.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>At most eight statements</source>
<translation>Höchstens acht Aussagen</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Bringing together {done} of {total}</source>
<translation>Führt zusammen: {done} von {total}</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>CSV table</source>
<translation>CSV-Tabelle</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Detailed</source>
<translation>Ausführlich</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>EPUB book</source>
<translation>EPUB-Buch</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Facts, figures, decisions, conclusions</source>
<translation>Fakten, Zahlen, Entscheidungen, Schlüsse</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>In the document's order, with headings</source>
<translation>In der Reihenfolge des Dokuments, mit Überschriften</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Key points</source>
<translation>Kernpunkte</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>List the actions and dates in {files}.</source>
<translation>Liste die Aufgaben und Termine in {files} auf.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>List the key points of {files}.</source>
<translation>Nenne die Kernpunkte von {files}.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Mail message</source>
<translation>E-Mail</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Markdown text</source>
<translation>Markdown-Text</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Not read</source>
<translation>Nicht gelesen</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>OpenDocument presentation</source>
<translation>OpenDocument-Präsentation</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>OpenDocument text</source>
<translation>OpenDocument-Text</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Outlook message</source>
<translation>Outlook-Nachricht</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>PDF document</source>
<translation>PDF-Dokument</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Plain text</source>
<translation>Reiner Text</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>PowerPoint presentation</source>
<translation>PowerPoint-Präsentation</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Reading part {done} of {total}</source>
<translation>Liest Teil {done} von {total}</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Reading…</source>
<translation>Wird gelesen…</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Reading… {done} of {total}</source>
<translation>Wird gelesen… {done} von {total}</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Rich text document</source>
<translation>Rich-Text-Dokument</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Short</source>
<translation>Kurz</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Spreadsheet</source>
<translation>Tabellendokument</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Summarise {files} briefly.</source>
<translation>Fasse {files} kurz zusammen.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Summarise {files} in detail.</source>
<translation>Fasse {files} ausführlich zusammen.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>The model has read all of it.</source>
<translation>Das Modell hat alles gelesen.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>The model has read what could be read of it.</source>
<translation>Das Modell hat gelesen, was davon gelesen werden konnte.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>This does not fit: it is {over} too long, and nothing will be cut. Shorten the message, remove a file, or start a new conversation.</source>
<translation>Das passt nicht: Es ist {over} zu lang, und nichts wird gekürzt. Nachricht kürzen, Datei entfernen oder neue Unterhaltung beginnen.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Too long to go in whole: the model searches it, and reads the pages it needs.</source>
<translation>Zu lang, um ganz mitzugehen: Das Modell durchsucht das Dokument und liest die Seiten, die es braucht.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Too long to go in whole: {names}. The model searches them, and reads the pages it needs.</source>
<translation>Zu lang, um ganz mitzugehen: {names}. Das Modell durchsucht sie und liest die Seiten, die es braucht.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Waiting…</source>
<translation>Wartet…</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Web page</source>
<translation>Webseite</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>What could be read of it goes with your next message.</source>
<translation>Was davon gelesen werden konnte, geht mit der nächsten Nachricht.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>What is to be done, by whom, until when</source>
<translation>Was zu tun ist, von wem, bis wann</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Word document</source>
<translation>Word-Dokument</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>Writing the summary</source>
<translation>Schreibt die Zusammenfassung</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>conversation</source>
<translation>Unterhaltung</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>files</source>
<translation>Dateien</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>message</source>
<translation>Nachricht</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>searched</source>
<translation>wird durchsucht</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{count} files</source>
<translation>{count} Dateien</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{count} pages</source>
<translation>{count} Seiten</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{names} and {name}</source>
<translation>{names} und {name}</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{names} is too long to go in whole. The model searches it, and reads the pages it needs.</source>
<translation>{names} ist zu lang, um ganz mitzugehen. Das Modell durchsucht das Dokument und liest die Seiten, die es braucht.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{name} {count}</source>
<translation>{name} {count}</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{pages}, partly read</source>
<translation>{pages}, teilweise gelesen</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{total} of {limit}</source>
<translation>{total} von {limit}</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{words} Write for this reader: {reader}.</source>
<translation>{words} Schreibe für diese Leser: {reader}.</translation>
</message>
<message>
<location filename="ui/documents/document_words.py"/>
<source>{words} · {left} left</source>
<translation>{words} · noch {left}</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>Ask about them</source>
<translation>Dazu fragen</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>Documents</source>
<translation>Dokumente</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>Documents belong to the conversation that is open, “{title}”.</source>
<translation>Dokumente gehören zur geöffneten Unterhaltung „{title}“.</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>Documents belong to the conversation that is open.</source>
<translation>Dokumente gehören zur geöffneten Unterhaltung.</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>Drop files anywhere on this page. PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, Outlook and other mail, RTF, web pages, Markdown, CSV and plain text can be read; scans and pictures without text cannot.</source>
<translation>Dateien lassen sich überall auf dieser Seite ablegen. Gelesen werden PDF, Word, PowerPoint, Excel, OpenDocument, EPUB, E-Mails aus Outlook und anderen Programmen, RTF, Webseiten, Markdown, CSV und reiner Text, nicht aber gescannte Seiten und Bilder ohne Text.</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>In this conversation</source>
<translation>In dieser Unterhaltung</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>The model was told of these. They are deleted with the conversation.</source>
<translation>Das Modell kennt diese Dokumente. Sie werden mit der Unterhaltung gelöscht.</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>They are read on this PC, and nothing of them leaves it.</source>
<translation>Sie werden auf diesem PC gelesen und verlassen ihn nicht.</translation>
</message>
<message>
<location filename="ui/documents/documents_page.py"/>
<source>With your next message</source>
<translation>Mit der nächsten Nachricht</translation>
</message>
<message>
<location filename="ui/documents/drop_card.py"/>
<source>Ask about them. The answer names the page that each statement is from.</source>
<translation>Dazu fragen: Die Antwort nennt zu jeder Aussage die Seite, von der sie stammt.</translation>
</message>
<message>
<location filename="ui/documents/drop_card.py"/>
<source>Check. A click on a page that is named opens it, with the place marked.</source>
<translation>Prüfen: Ein Klick auf eine genannte Seite öffnet sie, und die Stelle ist markiert.</translation>
</message>
<message>
<location filename="ui/documents/drop_card.py"/>
<source>Drop documents here</source>
<translation>Dokumente hier ablegen</translation>
</message>
<message>
<location filename="ui/documents/drop_card.py"/>
<source>Have them summarised, one by one or together. Every page with text is read.</source>
<translation>Zusammenfassen lassen, einzeln oder gemeinsam: Jede Seite mit Text wird gelesen.</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>For whom the summary is written, optional</source>
<translation>Für wen die Zusammenfassung ist, optional</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>For whom? For example: a nurse, the board (optional)</source>
<translation>Für wen? Etwa: der Vorstand (optional)</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>Going on</source>
<translation>Geht weiter</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>Pause</source>
<translation>Pause</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>Paused</source>
<translation>Pausiert</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>Paused · {words}</source>
<translation>Pausiert · {words}</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>Stop</source>
<translation>Anhalten</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>Summarise</source>
<translation>Zusammenfassen</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>Trying again: {why}</source>
<translation>Neuer Versuch: {why}</translation>
</message>
<message>
<location filename="ui/documents/summary_panel.py"/>
<source>What has been read is kept: Try again goes on from there</source>
<translation>Was gelesen wurde, bleibt erhalten: „Erneut versuchen“ macht dort weiter</translation>
</message>
<message>
<location filename="ui/error_words.py"/>
<source>Something went wrong inside Chorale. What was said so far is kept.</source>
<translation>In Chorale ist etwas schiefgegangen. Was bisher gesagt wurde, bleibt erhalten.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>A conversation with gpt-oss in Chorale, {date} (UTC).</source>
<translation>Eine Unterhaltung mit gpt-oss in Chorale, {date} (UTC).</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Answered by {model}.</source>
<translation>Beantwortet von {model}.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Audit</source>
<translation>Nachweis</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Call of {tool}</source>
<translation>Aufruf von {tool}</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Close</source>
<translation>Schließen</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Copy the hash</source>
<translation>Hash kopieren</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Every message of every voice, with model, device, seeds and settings. Later changes show, and chorale replay runs it again.</source>
<translation>Jede Nachricht jeder Stimme, mit Modell, Gerät, Startwerten und Einstellungen. Spätere Änderungen fallen auf, und chorale replay führt alles erneut aus.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Export</source>
<translation>Exportieren</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Export to</source>
<translation>Exportieren nach</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Export “{title}”</source>
<translation>„{title}“ exportieren</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>It could not be written. Try again.</source>
<translation>Die Datei ließ sich nicht schreiben. Bitte erneut versuchen.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>JSON</source>
<translation>JSON</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Markdown</source>
<translation>Markdown</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Note</source>
<translation>Anmerkung</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>One file for any browser. It loads nothing and runs nothing.</source>
<translation>Eine Datei für jeden Browser. Sie lädt nichts nach und führt nichts aus.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>PDF</source>
<translation>PDF</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Pages to print and to send.</source>
<translation>Seiten zum Drucken und Verschicken.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Reasoning</source>
<translation>Gedankengang</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Result of {tool}</source>
<translation>Ergebnis von {tool}</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Text of the attached files</source>
<translation>Text der angehängten Dateien</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Text to read, edit and paste elsewhere.</source>
<translation>Text zum Lesen, Bearbeiten und Weiterverwenden.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>The answer was broken off here.</source>
<translation>Hier wurde die Antwort abgebrochen.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>The answer was cut here.</source>
<translation>Hier wurde die Antwort abgeschnitten.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>The answer was stopped here.</source>
<translation>Hier wurde die Antwort angehalten.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>The conversation as programs read it; chorale harmony render takes it.</source>
<translation>Die Unterhaltung, wie Programme sie lesen; chorale harmony render nimmt sie an.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>The text of documents was left out.</source>
<translation>Der Text der Dokumente wurde weggelassen.</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>With all branches</source>
<translation>Mit allen Verzweigungen</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>With the model’s reasoning</source>
<translation>Mit dem Gedankengang des Modells</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>With the text of attached files</source>
<translation>Mit dem Text angehängter Dateien</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>With tools and their results</source>
<translation>Mit Werkzeugen und ihren Ergebnissen</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Writing…</source>
<translation>Wird geschrieben…</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>Written to {path}</source>
<translation>Gespeichert unter {path}</translation>
</message>
<message>
<location filename="ui/export_dialog.py"/>
<source>{count} records. Keep this hash elsewhere, to prove the file by:</source>
<translation>{count} Einträge. Dieser Hash, anderswo aufbewahrt, beweist die Datei:</translation>
</message>
<message>
<location filename="ui/load_words.py"/>
<source>Checking the model's files</source>
<translation>Dateien des Modells werden geprüft</translation>
</message>
<message>
<location filename="ui/load_words.py"/>
<source>Copying the weights to the graphics card</source>
<translation>Gewichte werden auf die Grafikkarte kopiert</translation>
</message>
<message>
<location filename="ui/load_words.py"/>
<source>Opening the model</source>
<translation>Modell wird geöffnet</translation>
</message>
<message>
<location filename="ui/load_words.py"/>
<source>Preparing the model for this PC</source>
<translation>Das Modell wird für diesen PC vorbereitet</translation>
</message>
<message>
<location filename="ui/load_words.py"/>
<source>Starting the engine</source>
<translation>Der Rechenprozess startet</translation>
</message>
<message>
<location filename="ui/load_words.py"/>
<source>Testing the graphics card, once for this model and driver</source>
<translation>Die Grafikkarte wird geprüft, einmal für dieses Modell und diesen Treiber</translation>
</message>
<message>
<location filename="ui/load_words.py"/>
<source>{words}: {done} of {total}</source>
<translation>{words}: {done} von {total}</translation>
</message>
<message>
<location filename="ui/models/bring.py"/>
<source>Archives (*.zip)</source>
<translation>Archive (*.zip)</translation>
</message>
<message>
<location filename="ui/models/bring.py"/>
<source>Copy from a ZIP archive…</source>
<translation>Aus einem ZIP-Archiv kopieren…</translation>
</message>
<message>
<location filename="ui/models/bring.py"/>
<source>Copy from a folder…</source>
<translation>Aus einem Ordner kopieren…</translation>
</message>
<message>
<location filename="ui/models/bring.py"/>
<source>The archive that Chorale exported</source>
<translation>Das Archiv, das Chorale exportiert hat</translation>
</message>
<message>
<location filename="ui/models/bring.py"/>
<source>The folder with the model's files</source>
<translation>Der Ordner mit den Dateien des Modells</translation>
</message>
<message>
<location filename="ui/models/bring.py"/>
<source>Use a folder where it is…</source>
<translation>Einen Ordner an Ort und Stelle verwenden…</translation>
</message>
<message>
<location filename="ui/models/bring.py"/>
<source>Use files I have…</source>
<translation>Vorhandene Dateien verwenden…</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Change the folder for models</source>
<translation>Ordner für Modelle ändern</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Change…</source>
<translation>Ändern…</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Chorale lets you talk to OpenAI's gpt-oss on this PC. It works offline, and nothing you write leaves it.</source>
<translation>Mit Chorale lässt sich auf diesem PC mit gpt-oss von OpenAI reden. Das geht ohne Netz, und nichts Geschriebenes verlässt ihn.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Chorale uses the network for this download and nothing else, once you press Download. You can pause it; after a break it goes on where it was.</source>
<translation>Chorale nutzt das Netz nur für diesen Download, und erst nach einem Klick auf „Herunterladen“. Er lässt sich anhalten; nach einer Unterbrechung geht es dort weiter, wo er war.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Download</source>
<translation>Herunterladen</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Download {size}</source>
<translation>{size} herunterladen</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Folder</source>
<translation>Ordner</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Go on downloading: {size} left</source>
<translation>Weiter herunterladen: noch {size}</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Licence</source>
<translation>Lizenz</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Read</source>
<translation>Lesen</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Read the licence</source>
<translation>Lizenz lesen</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Start talking</source>
<translation>Los geht’s</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Try the demo first</source>
<translation>Erst die Demo ausprobieren</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Try the demo meanwhile</source>
<translation>Inzwischen die Demo ausprobieren</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Use the files of a model that you have on this PC, a stick or a share, or try the demo. A model that your organisation puts into the folder above is found when Chorale starts.</source>
<translation>Dateien eines Modells verwenden, die auf diesem PC, einem USB-Stick oder einer Freigabe liegen, oder die Demo ausprobieren. Ein Modell, das Ihre Organisation in den Ordner oben legt, wird beim Start von Chorale gefunden.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Welcome to Chorale</source>
<translation>Willkommen bei Chorale</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>What is missing is the model.</source>
<translation>Es fehlt noch das Modell.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>What is missing is the model: a large download, once.</source>
<translation>Es fehlt noch das Modell: ein großer Download, nur einmal.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>Where models are to be kept</source>
<translation>Wo Modelle liegen sollen</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>You can close Chorale meanwhile: nothing of it is lost, and the next start offers to go on from there. Each file is checked against the hash that its publisher gives before it is used.</source>
<translation>Chorale kann inzwischen geschlossen werden: Nichts geht verloren, und der nächste Start bietet an, dort weiterzumachen. Jede Datei wird vor Gebrauch mit dem Hash verglichen, den ihr Herausgeber angibt.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>{licence}, and OpenAI's usage policy.</source>
<translation>{licence} und die Nutzungsrichtlinie von OpenAI.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>{name} is ready.</source>
<translation>{name} ist bereit.</translation>
</message>
<message>
<location filename="ui/models/first_run.py"/>
<source>{size} from {address}, {times}.</source>
<translation>{size} von {address}, {times}.</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>A tiny model that only knows about Chorale, and comes with it.</source>
<translation>Ein winziges Modell, das nur Chorale kennt und dazugehört.</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Cannot be used</source>
<translation>Nicht verwendbar</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Check every byte</source>
<translation>Jedes Byte prüfen</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Check every byte of {name}</source>
<translation>Jedes Byte von {name} prüfen</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Damaged</source>
<translation>Beschädigt</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Each file with its SHA-256:</source>
<translation>Jede Datei mit ihrem SHA-256:</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Go on downloading</source>
<translation>Weiter herunterladen</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>In use</source>
<translation>In Gebrauch</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>It can be downloaded again.</source>
<translation>Es kann erneut heruntergeladen werden.</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Keep it</source>
<translation>Behalten</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Not complete</source>
<translation>Unvollständig</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>One thing at a time: something is under way.</source>
<translation>Eines nach dem anderen: Es läuft gerade etwas.</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Published as</source>
<translation>Veröffentlicht als</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Remove {name} from this PC? {size} will be free again.</source>
<translation>{name} von diesem PC entfernen? {size} werden wieder frei.</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Remove…</source>
<translation>Entfernen…</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Repair</source>
<translation>Reparieren</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Revision</source>
<translation>Revision</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Taken from</source>
<translation>Bezogen von</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Talk to it</source>
<translation>Verwenden</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Talk to {name}</source>
<translation>{name} verwenden</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Where it came from</source>
<translation>Herkunft</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Where {name} came from</source>
<translation>Herkunft von {name}</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>Where {name} came from: files and hashes</source>
<translation>Herkunft von {name}: Dateien und Hashes</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>You talk to it now; the conversation stays, and goes on with the demo.</source>
<translation>Es ist gerade in Gebrauch; die Unterhaltung bleibt und geht mit der Demo weiter.</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>not known yet</source>
<translation>noch nicht bekannt</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>published as {repository}</source>
<translation>veröffentlicht als {repository}</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>unknown</source>
<translation>unbekannt</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>used where it is; Chorale only reads it</source>
<translation>wird dort verwendet, wo es liegt; Chorale liest es nur</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>{done} of {total} are here.</source>
<translation>{done} von {total} sind da.</translation>
</message>
<message>
<location filename="ui/models/model_card.py"/>
<source>{size} made from it</source>
<translation>{size} daraus erzeugt</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>Keep them elsewhere…</source>
<translation>Woanders aufbewahren…</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>Kept in {folder}.</source>
<translation>Liegen in {folder}.</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>Leave them</source>
<translation>Dort lassen</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>Looking at the models on this PC…</source>
<translation>Die Modelle auf diesem PC werden gesucht…</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>Models</source>
<translation>Modelle</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>Move</source>
<translation>Verschieben</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>Move {models} ({size}) to {folder}? Nothing is removed here before all of it is there.</source>
<translation>{models} ({size}) nach {folder} verschieben? Hier wird nichts entfernt, bevor dort alles angekommen ist.</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>On this PC</source>
<translation>Auf diesem PC</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>The folder is managed by your organisation.</source>
<translation>Der Ordner wird von Ihrer Organisation verwaltet.</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>To download</source>
<translation>Zum Herunterladen</translation>
</message>
<message>
<location filename="ui/models/models_page.py"/>
<source>{free} are free there.</source>
<translation>Dort sind {free} frei.</translation>
</message>
<message>
<location filename="ui/models/offer_card.py"/>
<source>Best for this PC</source>
<translation>Am besten für diesen PC</translation>
</message>
<message>
<location filename="ui/models/offer_card.py"/>
<source>Does not run here</source>
<translation>Läuft hier nicht</translation>
</message>
<message>
<location filename="ui/models/offer_card.py"/>
<source>Licence of {name}</source>
<translation>Lizenz von {name}</translation>
</message>
<message>
<location filename="ui/models/offer_card.py"/>
<source>Runs slowly here</source>
<translation>Läuft hier langsam</translation>
</message>
<message>
<location filename="ui/models/offer_card.py"/>
<source>Runs well here</source>
<translation>Läuft hier gut</translation>
</message>
<message>
<location filename="ui/models/offer_card.py"/>
<source>{size} to download: {times}.</source>
<translation>{size} herunterzuladen: {times}.</translation>
</message>
<message>
<location filename="ui/models/offer_choice.py"/>
<source>{name}, {size}: {fit}. {reasons}</source>
<translation>{name}, {size}: {fit}. {reasons}</translation>
</message>
<message>
<location filename="ui/models/work_bar.py"/>
<source>Close this message</source>
<translation>Diese Meldung schließen</translation>
</message>
<message>
<location filename="ui/models/work_bar.py"/>
<source>Show it on the page of models</source>
<translation>Auf der Seite „Modelle“ zeigen</translation>
</message>
<message>
<location filename="ui/models/work_view.py"/>
<source>What is here is kept</source>
<translation>Was schon da ist, bleibt erhalten</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Asking for the files of {name}</source>
<translation>Die Dateien von {name} werden erfragt</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Checked just now: every byte is as it was published.</source>
<translation>Gerade geprüft: Jedes Byte ist wie veröffentlicht.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Checking every byte of {name}</source>
<translation>Jedes Byte von {name} wird geprüft</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Checking what is here of {name}</source>
<translation>Vorhandenes von {name} wird geprüft</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Copying the model from {name}</source>
<translation>Modell wird aus {name} kopiert</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Downloading {name}</source>
<translation>{name} wird heruntergeladen</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>It is all here; this is done once.</source>
<translation>Alles ist da; das geschieht nur einmal.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Models are kept in {folder} from now on.</source>
<translation>Modelle liegen von nun an in {folder}.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Moving models to {name}</source>
<translation>Modelle werden nach {name} verschoben</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Paused: {name}</source>
<translation>Pausiert: {name}</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Preparing {name}</source>
<translation>{name} wird vorbereitet</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Removing {name}</source>
<translation>{name} wird entfernt</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Testing once that this PC computes {name} correctly</source>
<translation>Einmalige Prüfung, ob dieser PC {name} richtig rechnet</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>Waiting: another Chorale is at work on {name}</source>
<translation>Wartet: Ein anderes Chorale arbeitet an {name}</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>about {usual} on a line of 100 Mbit/s ({fast} at 500, {slow} at 16)</source>
<translation>etwa {usual} bei 100 Mbit/s ({fast} bei 500, {slow} bei 16)</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>what is here is kept</source>
<translation>was schon da ist, bleibt erhalten</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>{count} files of {name} are not as they were published. Repair downloads them again: {size}.</source>
<translation>{count} Dateien von {name} sind nicht wie veröffentlicht. „Reparieren“ lädt sie neu herunter: {size}.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>{done} of {total}</source>
<translation>{done} von {total}</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>{file} of {name} is not as it was published. Repair downloads it again: {size}.</source>
<translation>{file} von {name} ist nicht wie veröffentlicht. „Reparieren“ lädt die Datei neu herunter: {size}.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>{name} is not complete. Repair checks every byte that is here, and downloads the rest.</source>
<translation>{name} ist unvollständig. „Reparieren“ prüft jedes Byte, das da ist, und lädt den Rest herunter.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>{name} is ready. Every byte was checked, and this PC computes it correctly.</source>
<translation>{name} ist bereit. Jedes Byte wurde geprüft, und dieser PC rechnet das Modell richtig.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>{name} is ready. Every byte was checked.</source>
<translation>{name} ist bereit. Jedes Byte wurde geprüft.</translation>
</message>
<message>
<location filename="ui/models/work_words.py"/>
<source>{name} is removed. {size} are free again.</source>
<translation>{name} ist entfernt. {size} sind wieder frei.</translation>
</message>
<message>
<location filename="ui/rail.py"/>
<source>Pages</source>
<translation>Seiten</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>All conversations were deleted.</source>
<translation>Alle Unterhaltungen wurden gelöscht.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Change the passphrase…</source>
<translation>Passphrase ändern…</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Choose a passphrase. It is asked for at each start. Nobody can read the conversations without it, and nobody can bring it back when it is forgotten.</source>
<translation>Eine Passphrase wählen. Sie wird bei jedem Start abgefragt. Ohne sie kann niemand die Unterhaltungen lesen, und niemand kann sie wiederherstellen, wenn sie vergessen ist.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Conversations are encrypted with your passphrase now.</source>
<translation>Die Unterhaltungen sind jetzt mit Ihrer Passphrase verschlüsselt.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Conversations are encrypted, and this PC keeps the key now.</source>
<translation>Die Unterhaltungen sind verschlüsselt, und dieser PC verwahrt jetzt den Schlüssel.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Conversations are encrypted. The key is made from your passphrase.</source>
<translation>Die Unterhaltungen sind verschlüsselt. Der Schlüssel wird aus Ihrer Passphrase gebildet.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Conversations are encrypted. This PC keeps the key for you.</source>
<translation>Die Unterhaltungen sind verschlüsselt. Dieser PC verwahrt den Schlüssel.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Conversations are kept without encryption now.</source>
<translation>Die Unterhaltungen werden jetzt unverschlüsselt aufbewahrt.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Conversations are not encrypted any more.</source>
<translation>Die Unterhaltungen sind nicht mehr verschlüsselt.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Conversations are not encrypted. Whoever can read your files can read them.</source>
<translation>Die Unterhaltungen sind nicht verschlüsselt. Wer Ihre Dateien lesen kann, kann sie lesen.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Delete all conversations…</source>
<translation>Alle Unterhaltungen löschen…</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Delete all of them</source>
<translation>Alle löschen</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Delete every conversation on this PC, pinned ones too, for ever? This cannot be undone.</source>
<translation>Alle Unterhaltungen auf diesem PC, auch angeheftete, für immer löschen? Das lässt sich nicht rückgängig machen.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Deleting all conversations…</source>
<translation>Alle Unterhaltungen werden gelöscht…</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Do not encrypt</source>
<translation>Nicht verschlüsseln</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Do not encrypt…</source>
<translation>Nicht verschlüsseln…</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Keep conversations unencrypted? Whoever can read the files of this PC can read them then.</source>
<translation>Unterhaltungen unverschlüsselt aufbewahren? Wer die Dateien dieses PCs lesen kann, kann dann auch sie lesen.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Keep them</source>
<translation>Behalten</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Let this PC keep the key</source>
<translation>Schlüssel diesem PC überlassen</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>New passphrase</source>
<translation>Neue Passphrase</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Protect with a passphrase…</source>
<translation>Mit einer Passphrase schützen…</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Protection</source>
<translation>Schutz</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>The same passphrase again</source>
<translation>Dieselbe Passphrase noch einmal</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>The two are not the same.</source>
<translation>Die beiden stimmen nicht überein.</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Use this passphrase</source>
<translation>Diese Passphrase verwenden</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Writing all conversations anew…</source>
<translation>Alle Unterhaltungen werden neu geschrieben…</translation>
</message>
<message>
<location filename="ui/settings/history_settings.py"/>
<source>Your organisation allows conversations to be kept only encrypted.</source>
<translation>Ihre Organisation erlaubt nur verschlüsselt aufbewahrte Unterhaltungen.</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>Delete the prompt “{name}”?</source>
<translation>Die Vorlage „{name}“ löschen?</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>Delete {name}</source>
<translation>{name} löschen</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>Edit {name}</source>
<translation>{name} bearbeiten</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>Name</source>
<translation>Name</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>New prompt…</source>
<translation>Neue Vorlage…</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>Text of the prompt</source>
<translation>Text der Vorlage</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>Text, for example: Translate into {{language}}:</source>
<translation>Text, zum Beispiel: Übersetze in diese Sprache – {{sprache}}:</translation>
</message>
<message>
<location filename="ui/settings/prompt_settings.py"/>
<source>To be used again from the message field. {{name}} stands for something that is asked for then.</source>
<translation>Im Nachrichtenfeld immer wieder zu verwenden. {{name}} steht für etwas, das dann abgefragt wird.</translation>
</message>
<message>
<location filename="ui/settings/setting_controls.py"/>
<source>Give a number from {least} to {most}.</source>
<translation>Bitte eine Zahl von {least} bis {most} eingeben.</translation>
</message>
<message>
<location filename="ui/settings/setting_controls.py"/>
<source>Off</source>
<translation>Aus</translation>
</message>
<message>
<location filename="ui/settings/setting_controls.py"/>
<source>On</source>
<translation>Ein</translation>
</message>
<message>
<location filename="ui/settings/setting_controls.py"/>
<source>{setting}, in {unit}</source>
<translation>{setting}, in {unit}</translation>
</message>
<message>
<location filename="ui/settings/setting_controls.py"/>
<source>{setting}: {choice}</source>
<translation>{setting}: {choice}</translation>
</message>
<message>
<location filename="ui/settings/setting_row.py"/>
<source>Change it on the Models page</source>
<translation>Auf der Seite „Modelle“ zu ändern</translation>
</message>
<message>
<location filename="ui/settings/setting_row.py"/>
<source>Managed by your organisation</source>
<translation>Von Ihrer Organisation verwaltet</translation>
</message>
<message>
<location filename="ui/settings/setting_row.py"/>
<source>Reset</source>
<translation>Zurücksetzen</translation>
</message>
<message>
<location filename="ui/settings/setting_row.py"/>
<source>Reset {setting}</source>
<translation>{setting} zurücksetzen</translation>
</message>
<message>
<location filename="ui/settings/setting_row.py"/>
<source>{sentence} ({policy}, {place})</source>
<translation>{sentence} ({policy}, {place})</translation>
</message>
<message>
<location filename="ui/settings/settings_page.py"/>
<source>1 setting</source>
<translation>1 Einstellung</translation>
</message>
<message>
<location filename="ui/settings/settings_page.py"/>
<source>No setting has these words.</source>
<translation>Keine Einstellung enthält diese Wörter.</translation>
</message>
<message>
<location filename="ui/settings/settings_page.py"/>
<source>Search the settings</source>
<translation>Einstellungen durchsuchen</translation>
</message>
<message>
<location filename="ui/settings/settings_page.py"/>
<source>Settings</source>
<translation>Einstellungen</translation>
</message>
<message>
<location filename="ui/settings/settings_page.py"/>
<source>What your organisation manages: {count}</source>
<translation>Was Ihre Organisation verwaltet: {count}</translation>
</message>
<message>
<location filename="ui/settings/settings_page.py"/>
<source>{count} settings</source>
<translation>{count} Einstellungen</translation>
</message>
<message>
<location filename="ui/speaker.py"/>
<source>Answer finished</source>
<translation>Antwort fertig</translation>
</message>
<message>
<location filename="ui/spoken.py"/>
<source>1 line</source>
<translation>1 Zeile</translation>
</message>
<message>
<location filename="ui/spoken.py"/>
<source>End of code, {lines}</source>
<translation>Ende des Codes, {lines}</translation>
</message>
<message>
<location filename="ui/spoken.py"/>
<source>Table, 1 row</source>
<translation>Tabelle, 1 Zeile</translation>
</message>
<message>
<location filename="ui/spoken.py"/>
<source>Table, {count} rows</source>
<translation>Tabelle, {count} Zeilen</translation>
</message>
<message>
<location filename="ui/spoken.py"/>
<source>formula</source>
<translation>Formel</translation>
</message>
<message>
<location filename="ui/spoken.py"/>
<source>{count} lines</source>
<translation>{count} Zeilen</translation>
</message>
<message>
<location filename="ui/tray.py"/>
<source>Quit</source>
<translation>Beenden</translation>
</message>
<message>
<location filename="ui/tray.py"/>
<source>Show the window</source>
<translation>Fenster anzeigen</translation>
</message>
<message>
<location filename="ui/window.py"/>
<source>Chat</source>
<translation>Chat</translation>
</message>
<message>
<location filename="ui/window.py"/>
<source>Files cannot be attached here.</source>
<translation>Hier lassen sich keine Dateien anhängen.</translation>
</message>
<message>
<location filename="ui/window.py"/>
<source>{page} (Ctrl+{number})</source>
<translation>{page} (Strg+{number})</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>1 token</source>
<translation>1 Token</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>about {time} left</source>
<translation>noch etwa {time}</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>less than a minute</source>
<translation>weniger als 1 min</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>less than a minute left</source>
<translation>noch weniger als 1 min</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{figure} GB</source>
<translation>{figure} GB</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{figure} GB/s</source>
<translation>{figure} GB/s</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{figure} MB</source>
<translation>{figure} MB</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{figure} MB/s</source>
<translation>{figure} MB/s</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{figure} kB</source>
<translation>{figure} kB</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{figure} tokens/s</source>
<translation>{figure} Tokens/s</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{hours} h</source>
<translation>{hours} h</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{hours} h {minutes} min</source>
<translation>{hours} h {minutes} min</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{minutes} min</source>
<translation>{minutes} min</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{minutes} min {seconds} s</source>
<translation>{minutes} min {seconds} s</translation>
</message>
<message>
<location filename="ui/words.py"/>
<source>{seconds} s</source>
<translation>{seconds} s</translation>
</message>
</context>
<context>
<name>Sentences</name>
<message>
<location filename="app/asides.py"/>
<source>The model gave no summary. Try again, or leave turns out.</source>
<translation>Das Modell hat keine Zusammenfassung geliefert. Erneut versuchen oder Fragen und Antworten weglassen.</translation>
</message>
<message>
<location filename="app/chat.py"/>
<source>The last answer is complete. Ask something, or try it again.</source>
<translation>Die letzte Antwort ist vollständig. Neue Frage stellen oder erneut versuchen.</translation>
</message>
<message>
<location filename="app/chat.py"/>
<source>The model called tools {1} times without answering. Try again, or ask differently.</source>
<translation>Das Modell hat {1}-mal Werkzeuge aufgerufen, ohne zu antworten. Erneut versuchen oder anders fragen.</translation>
</message>
<message>
<location filename="app/chat.py"/>
<source>There is nothing to try again yet. Type a message first.</source>
<translation>Noch gibt es nichts, was erneut versucht werden könnte. Zuerst eine Nachricht schreiben.</translation>
</message>
<message>
<location filename="app/chat.py"/>
<source>{1} began this answer. Choose that model to go on, or try the answer again.</source>
<translation>{1} hat diese Antwort begonnen. Zum Fortsetzen dieses Modell wählen, oder die Antwort erneut versuchen.</translation>
</message>
<message>
<location filename="app/desk_pages.py"/>
<source>This page could not be read.</source>
<translation>Diese Seite ließ sich nicht lesen.</translation>
</message>
<message>
<location filename="app/desk_pages.py"/>
<source>This page holds only pictures.</source>
<translation>Diese Seite enthält nur Bilder.</translation>
</message>
<message>
<location filename="app/desk_pages.py"/>
<source>This page is blank.</source>
<translation>Diese Seite ist leer.</translation>
</message>
<message>
<location filename="app/desk_pages.py"/>
<source>{1} is not kept with this conversation. Attach it again to read this page here.</source>
<translation>{1} wird mit dieser Unterhaltung nicht aufbewahrt. Wird die Datei erneut angehängt, ist diese Seite hier zu lesen.</translation>
</message>
<message>
<location filename="app/diagnostics.py"/>
<source>Something went wrong inside Chorale ({1}).</source>
<translation>In Chorale ist etwas schiefgegangen ({1}).</translation>
</message>
<message>
<location filename="app/document_chat.py"/>
<source>Summarise {files} briefly.</source>
<translation>Fasse {files} kurz zusammen.</translation>
</message>
<message>
<location filename="app/document_chat.py"/>
<source>The message is empty. Type something first.</source>
<translation>Die Nachricht ist leer. Zuerst etwas schreiben.</translation>
</message>
<message>
<location filename="app/document_desk.py"/>
<source>No model is loaded. Load one first.</source>
<translation>Es ist kein Modell geladen. Zuerst eines laden.</translation>
</message>
<message>
<location filename="app/document_desk.py"/>
<source>The file is not there any more. Attach it again.</source>
<translation>Die Datei ist nicht mehr da. Bitte neu anhängen.</translation>
</message>
<message>
<location filename="app/document_desk.py"/>
<source>{1} is still being read. Wait for it, or remove it.</source>
<translation>{1} wird noch gelesen. Bitte warten oder die Datei entfernen.</translation>
</message>
<message>
<location filename="app/documents.py"/>
<source>Nothing in {1} can be read. {2}</source>
<translation>In {1} ist nichts lesbar. {2}</translation>
</message>
<message>
<location filename="app/documents.py"/>
<source>Page {1} of {2} could not be read.</source>
<translation>Seite {1} von {2} ließ sich nicht lesen.</translation>
</message>
<message>
<location filename="app/documents.py"/>
<source>Page {1} of {2} holds only pictures.</source>
<translation>Seite {1} von {2} enthält nur Bilder.</translation>
</message>
<message>
<location filename="app/documents.py"/>
<source>Pages {1} of {2} could not be read.</source>
<translation>Die Seiten {1} von {2} ließen sich nicht lesen.</translation>
</message>
<message>
<location filename="app/documents.py"/>
<source>Pages {1} of {2} hold only pictures.</source>
<translation>Die Seiten {1} von {2} enthalten nur Bilder.</translation>
</message>
<message>
<location filename="app/documents.py"/>
<source>{1} holds no text.</source>
<translation>{1} enthält keinen Text.</translation>
</message>
<message>
<location filename="app/documents.py"/>
<source>{1} holds only pictures, as scans do, and no text. Run text recognition (OCR) on it first, and attach the result.</source>
<translation>{1} enthält wie eingescannte Seiten nur Bilder und keinen Text. Zuerst eine Texterkennung (OCR) durchführen und deren Ergebnis anhängen.</translation>
</message>
<message>
<location filename="app/engine_round.py"/>
<source>The engine stopped without ending its answer. Try again.</source>
<translation>Der Rechenprozess hat aufgehört, ohne seine Antwort zu beenden. Bitte erneut versuchen.</translation>
</message>
<message>
<location filename="app/export/save.py"/>
<source>This conversation is empty, so there is nothing to export.</source>
<translation>Diese Unterhaltung ist leer; es gibt nichts zu exportieren.</translation>
</message>
<message>
<location filename="app/export/save.py"/>
<source>{1} cannot be written: {2}. Choose another place.</source>
<translation>{1} lässt sich nicht schreiben: {2}. Bitte einen anderen Ort wählen.</translation>
</message>
<message>
<location filename="app/history/database.py"/>
<source>The conversations cannot be written in {1} ({2}). Check the folder and try again.</source>
<translation>Die Unterhaltungen lassen sich in {1} nicht schreiben ({2}). Den Ordner prüfen und erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/database.py"/>
<source>The conversations in {1} are damaged in a place that was needed. Restore the file from a backup.</source>
<translation>Die Unterhaltungen in {1} sind an einer Stelle beschädigt, die gebraucht wurde. Die Datei aus einer Sicherung wiederherstellen.</translation>
</message>
<message>
<location filename="app/history/database.py"/>
<source>The conversations in {1} cannot be written. Check who may change that file, and try again.</source>
<translation>Die Unterhaltungen in {1} lassen sich nicht schreiben. Prüfen, wer diese Datei ändern darf, und erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/database.py"/>
<source>The disk failed at the conversations in {1}. Check the disk and try again.</source>
<translation>Der Datenträger hat bei den Unterhaltungen in {1} versagt. Den Datenträger prüfen und erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/database.py"/>
<source>The disk with the conversations ({1}) is full. Free some space and try again.</source>
<translation>Der Datenträger mit den Unterhaltungen ({1}) ist voll. Platz schaffen und erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/keychain.py"/>
<source>No keychain, or no answer.</source>
<translation>Kein Schlüsselbund, oder keine Antwort von ihm.</translation>
</message>
<message>
<location filename="app/history/keychain.py"/>
<source>The keychain did not keep the key.</source>
<translation>Der Schlüsselbund hat den Schlüssel nicht behalten.</translation>
</message>
<message>
<location filename="app/history/locks.py"/>
<source>A passphrase needs at least {1} characters.</source>
<translation>Eine Passphrase braucht mindestens {1} Zeichen.</translation>
</message>
<message>
<location filename="app/history/locks.py"/>
<source>Conversations are not kept: this PC has no keychain for their key. Choose a passphrase to keep them, encrypted.</source>
<translation>Unterhaltungen werden nicht aufbewahrt: Dieser PC hat keinen Schlüsselbund für ihren Schlüssel. Mit einer Passphrase werden sie verschlüsselt aufbewahrt.</translation>
</message>
<message>
<location filename="app/history/presence.py"/>
<source>Chorale is open a second time with these conversations. Close it there and try again.</source>
<translation>Chorale ist mit diesen Unterhaltungen ein zweites Mal geöffnet. Dort schließen und erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/rows.py"/>
<source>New chat</source>
<translation>Neue Unterhaltung</translation>
</message>
<message>
<location filename="app/history/rows.py"/>
<source>This conversation was deleted meanwhile.</source>
<translation>Diese Unterhaltung wurde inzwischen gelöscht.</translation>
</message>
<message>
<location filename="app/history/store.py"/>
<source>This prompt was deleted meanwhile.</source>
<translation>Diese Vorlage wurde inzwischen gelöscht.</translation>
</message>
<message>
<location filename="app/history/stored.py"/>
<source>(This question cannot be read any more.)</source>
<translation>(Diese Frage lässt sich nicht mehr lesen.)</translation>
</message>
<message>
<location filename="app/history/stored.py"/>
<source>This answer cannot be read any more: the file with the conversations is damaged there.</source>
<translation>Diese Antwort lässt sich nicht mehr lesen: Die Datei mit den Unterhaltungen ist an dieser Stelle beschädigt.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>Another program is using the conversations. Close it and try again.</source>
<translation>Ein anderes Programm verwendet die Unterhaltungen. Es schließen und erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>The conversations are closed. Start Chorale again.</source>
<translation>Die Unterhaltungen sind geschlossen. Chorale neu starten.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>The conversations are locked. Give the passphrase to open them.</source>
<translation>Die Unterhaltungen sind gesperrt. Die Passphrase öffnet sie.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>The key to the conversations is no longer in this PC's keychain, so they cannot be read. Begin an empty list: the file is kept under another name.</source>
<translation>Der Schlüssel zu den Unterhaltungen ist nicht mehr im Schlüsselbund dieses PCs; sie lassen sich deshalb nicht lesen. Eine leere Liste beginnen: Die Datei bleibt unter anderem Namen erhalten.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>This PC's keychain does not answer, so the conversations cannot be opened. Unlock it and try again.</source>
<translation>Der Schlüsselbund dieses PCs antwortet nicht, deshalb lassen sich die Unterhaltungen nicht öffnen. Bitte entsperren und erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>This is not the passphrase of the conversations. Try again.</source>
<translation>Das ist nicht die Passphrase der Unterhaltungen. Bitte erneut versuchen.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>Your organisation does not allow conversations to be kept.</source>
<translation>Ihre Organisation erlaubt nicht, Unterhaltungen aufzubewahren.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>Your organisation requires that conversations are encrypted.</source>
<translation>Ihre Organisation verlangt, dass Unterhaltungen verschlüsselt sind.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>{file} is a database of another program. Begin an empty list: it is kept under another name.</source>
<translation>{file} ist die Datenbank eines anderen Programms. Eine leere Liste beginnen: Die Datei bleibt unter anderem Namen erhalten.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>{file} is damaged or not Chorale's. Restore it from a backup, or begin an empty list: it is kept under another name.</source>
<translation>{file} ist beschädigt oder nicht von Chorale. Aus einer Sicherung wiederherstellen oder eine leere Liste beginnen: Die Datei bleibt unter anderem Namen erhalten.</translation>
</message>
<message>
<location filename="app/history/vault.py"/>
<source>{file} is from a newer Chorale. Update Chorale, or begin an empty list: it is kept under another name.</source>
<translation>{file} stammt von einem neueren Chorale. Chorale aktualisieren oder eine leere Liste beginnen: Die Datei bleibt unter anderem Namen erhalten.</translation>
</message>
<message>
<location filename="app/installs.py"/>
<source>The folder for derived files, {1}, cannot be made ({2}). Make its parent writable.</source>
<translation>Der Ordner für abgeleitete Dateien, {1}, lässt sich nicht anlegen ({2}). Den übergeordneten Ordner beschreibbar machen.</translation>
</message>
<message>
<location filename="app/installs.py"/>
<source>The model's name is empty. Give demo, gpt-oss-20b or a folder.</source>
<translation>Der Name des Modells fehlt. demo, gpt-oss-20b oder einen Ordner angeben.</translation>
</message>
<message>
<location filename="app/installs.py"/>
<source>There is no folder {1}. Check the name, or try --model {2}.</source>
<translation>Es gibt keinen Ordner {1}. Den Namen prüfen oder --model {2} versuchen.</translation>
</message>
<message>
<location filename="app/installs.py"/>
<source>There is no model {1}: neither {2} nor {3} is a folder. Check the name, or try --model {4}.</source>
<translation>Das Modell {1} gibt es nicht: Weder {2} noch {3} ist ein Ordner. Den Namen prüfen oder --model {4} versuchen.</translation>
</message>
<message>
<location filename="app/installs.py"/>
<source>{1} is a file; a model is a folder. Name the folder it is in.</source>
<translation>{1} ist eine Datei; ein Modell ist ein Ordner. Den Ordner angeben, in dem sie liegt.</translation>
</message>
<message>
<location filename="app/installs.py"/>
<source>{1} is not on this PC: there is no folder {2}. Run: chorale models download {3}, name its folder, or try --model {4}.</source>
<translation>{1} ist nicht auf diesem PC: Den Ordner {2} gibt es nicht. chorale models download {3} ausführen, den Ordner angeben oder --model {4} versuchen.</translation>
</message>
<message>
<location filename="app/keeping.py"/>
<source>This conversation could not be kept on the disk. It stays in this window.</source>
<translation>Diese Unterhaltung konnte nicht auf dem Datenträger aufbewahrt werden. Sie bleibt in diesem Fenster.</translation>
</message>
<message>
<location filename="app/kept_tree.py"/>
<source>There is no question before this message.</source>
<translation>Vor dieser Nachricht steht keine Frage.</translation>
</message>
<message>
<location filename="app/kept_tree.py"/>
<source>This message is not there any more.</source>
<translation>Diese Nachricht gibt es nicht mehr.</translation>
</message>
<message>
<location filename="app/licence_text.py"/>
<source>OpenAI publishes gpt-oss under the Apache License 2.0, together with a usage policy.</source>
<translation>OpenAI veröffentlicht gpt-oss unter der Apache-Lizenz 2.0, zusammen mit einer Nutzungsrichtlinie.</translation>
</message>
<message>
<location filename="app/licence_text.py"/>
<source>The Apache License follows. In short: you may use the model for any purpose, change it and pass it on, if you keep the licence with it; there is no warranty.</source>
<translation>Es folgt die Apache-Lizenz. Kurz gesagt: Das Modell darf zu jedem Zweck verwendet, verändert und weitergegeben werden, wenn die Lizenz dabei bleibt; eine Gewährleistung gibt es nicht.</translation>
</message>
<message>
<location filename="app/licence_text.py"/>
<source>The usage policy asks whoever uses the model to use it safely and responsibly, and to comply with the law that applies to them. Its text comes with the model as the file USAGE_POLICY, and is shown here as soon as it is on this PC. Until then it can be read at huggingface.co/openai, with each model's files.</source>
<translation>Die Nutzungsrichtlinie verlangt, das Modell sicher und verantwortungsvoll zu verwenden und das jeweils geltende Recht einzuhalten. Ihr Text kommt mit dem Modell als Datei USAGE_POLICY und wird hier gezeigt, sobald er auf diesem PC ist. Bis dahin steht er unter huggingface.co/openai bei den Dateien jedes Modells.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>Expect about {1} to {2} tokens a second, by the speed of the memory measured here ({3} a second).</source>
<translation>Zu erwarten sind etwa {1} bis {2} Tokens je Sekunde, nach dem hier gemessenen Tempo des Speichers ({3} je Sekunde).</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>It takes {1} on the disk</source>
<translation>Auf dem Datenträger belegt es {1}</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} does not run here: this processor has no AVX2, which PCs since about 2015 have.</source>
<translation>{1} läuft hier nicht: Diesem Prozessor fehlt AVX2, das PCs seit etwa 2015 haben.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} does not run usefully here: it uses {2} of memory and this PC has {3}. Every word would wait for the disk for seconds.</source>
<translation>{1} läuft hier nicht brauchbar: Es belegt {2} Arbeitsspeicher, und dieser PC hat {3}. Jedes Wort würde sekundenlang auf den Datenträger warten.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} has enough memory of its own to run it.</source>
<translation>{1} hat genug eigenen Speicher dafür.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} has too little memory of its own for all of it, so the CPU runs it.</source>
<translation>{1} hat zu wenig eigenen Speicher für das ganze Modell, deshalb rechnet es die CPU.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} runs on every PC. It is for trying Chorale out.</source>
<translation>{1} läuft auf jedem PC. Damit lässt sich Chorale ausprobieren.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} runs slowly here: it uses {2} of memory and this PC has {3}, so part of it is read from the disk again for every word.</source>
<translation>{1} läuft hier langsam: Es belegt {2} Arbeitsspeicher, und dieser PC hat {3}; ein Teil wird deshalb für jedes Wort neu vom Datenträger gelesen.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} runs well here when other programs are closed: it uses {2} of memory, and {3} of {4} are free now.</source>
<translation>{1} läuft hier gut, wenn andere Programme geschlossen sind: Es belegt {2} Arbeitsspeicher, und {3} von {4} sind jetzt frei.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1} runs well here: it uses {2} of memory, and {3} are free.</source>
<translation>{1} läuft hier gut: Es belegt {2} Arbeitsspeicher, und {3} sind frei.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1}, and {2} are free at {3}: free {4} there, or choose another folder.</source>
<translation>{1}, und auf {3} sind {2} frei: dort {4} freimachen oder einen anderen Ordner wählen.</translation>
</message>
<message>
<location filename="app/model_choice.py"/>
<source>{1}; {2} are free at {3}.</source>
<translation>{1}; auf {3} sind {2} frei.</translation>
</message>
<message>
<location filename="app/model_in_use.py"/>
<source>{1} answers here, but is not complete. Go on with it on the Models page, or choose another model in the settings of this conversation.</source>
<translation>{1} antwortet hier, ist aber nicht vollständig. Setzen Sie es auf der Seite „Modelle“ fort, oder wählen Sie in den Einstellungen dieser Unterhaltung ein anderes Modell.</translation>
</message>
<message>
<location filename="app/model_in_use.py"/>
<source>{1} answers here, but is not on this PC any more. Get it on the Models page, or choose another model in the settings of this conversation.</source>
<translation>{1} antwortet hier, ist aber nicht mehr auf diesem PC. Holen Sie es auf der Seite „Modelle“, oder wählen Sie in den Einstellungen dieser Unterhaltung ein anderes Modell.</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>Another Chorale is at work on {1}. Wait until it has ended, then try again.</source>
<translation>Ein anderes Chorale arbeitet an {1}. Warten, bis es fertig ist, und erneut versuchen.</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>The demo comes with every Chorale, so there is nothing to export.</source>
<translation>Die Demo gehört zu jedem Chorale; es gibt nichts zu exportieren.</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>The demo has no list of hashes; it is checked with the rest of Chorale.</source>
<translation>Die Demo hat keine Liste von Hashes; sie wird mit dem übrigen Chorale geprüft.</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>The demo is part of Chorale and cannot be removed.</source>
<translation>Die Demo ist Teil von Chorale und lässt sich nicht entfernen.</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>{1} cannot be downloaded. Give one of: {2}.</source>
<translation>{1} lässt sich nicht herunterladen. Möglich sind: {2}.</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>{1} is complete, but there is no list of hashes to compare it with. Import it: chorale models import {2}</source>
<translation>{1} ist vollständig, aber es gibt keine Liste von Hashes zum Vergleich. Importieren: chorale models import {2}</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>{1} is damaged or not complete. Copy or import it again.</source>
<translation>{1} ist beschädigt oder unvollständig. Neu kopieren oder importieren.</translation>
</message>
<message>
<location filename="app/model_jobs.py"/>
<source>{1} is damaged: {2}. Chorale did not download it, so copy or import it again.</source>
<translation>{1} ist beschädigt: {2}. Chorale hat das nicht heruntergeladen; bitte neu kopieren oder importieren.</translation>
</message>
<message>
<location filename="app/model_move.py"/>
<source>Models are kept in {1} already. Choose another folder.</source>
<translation>Modelle liegen schon in {1}. Bitte einen anderen Ordner wählen.</translation>
</message>
<message>
<location filename="app/model_move.py"/>
<source>making that folder</source>
<translation>das Anlegen dieses Ordners</translation>
</message>
<message>
<location filename="app/model_move.py"/>
<source>{1} is not complete, and only complete models are moved. Complete it or remove it first.</source>
<translation>{1} ist unvollständig, und nur vollständige Modelle werden verschoben. Zuerst vervollständigen oder entfernen.</translation>
</message>
<message>
<location filename="app/model_move.py"/>
<source>{1} lies within the folder that is to be moved. Choose one beside it.</source>
<translation>{1} liegt in dem Ordner, der verschoben werden soll. Bitte einen daneben wählen.</translation>
</message>
<message>
<location filename="app/open_conversation.py"/>
<source>No conversations are kept here.</source>
<translation>Hier werden keine Unterhaltungen aufbewahrt.</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>Your organisation {1} (policy {2} in {3}).</source>
<translation>Ihre Organisation {1} (Richtlinie {2} in {3}).</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>allows conversations to be kept only encrypted</source>
<translation>erlaubt nur verschlüsselt aufbewahrte Unterhaltungen</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>allows downloads only from {1}</source>
<translation>erlaubt Downloads nur von {1}</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>allows models to run only on: {1}</source>
<translation>erlaubt Modellen nur diese Prozessoren: {1}</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>allows only models whose hashes are known, and those of {1} are not until it is imported</source>
<translation>erlaubt nur Modelle, deren Hashes bekannt sind, und die von {1} sind es erst nach dem Import</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>does not allow changes to the models on this PC</source>
<translation>erlaubt keine Änderungen an den Modellen auf diesem PC</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>does not allow conversations to be kept</source>
<translation>erlaubt nicht, Unterhaltungen aufzubewahren</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>does not allow documents in Chorale</source>
<translation>erlaubt keine Dokumente in Chorale</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>does not allow downloads of models</source>
<translation>erlaubt nicht, Modelle herunterzuladen</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>does not allow the local server</source>
<translation>erlaubt den lokalen Server nicht</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>does not allow the model {1}</source>
<translation>erlaubt das Modell {1} nicht</translation>
</message>
<message>
<location filename="app/policy/policy.py"/>
<source>keeps models in {1}</source>
<translation>hält Modelle in {1}</translation>
</message>
<message>
<location filename="app/policy/reading.py"/>
<source>The policies in {1} cannot be read ({2}), so all they may govern is locked: nothing is downloaded or kept, and documents and tools cannot be used. Ask your IT department.</source>
<translation>Die Richtlinien in {1} lassen sich nicht lesen ({2}); deshalb ist alles gesperrt, was sie regeln können: Nichts wird heruntergeladen oder aufbewahrt, Dokumente und Werkzeuge lassen sich nicht benutzen. Bitte die IT-Abteilung fragen.</translation>
</message>
<message>
<location filename="app/policy/reading.py"/>
<source>The policy {1} in {2} is {3}, which is {4}, so {5}. Ask your IT department.</source>
<translation>Die Richtlinie {1} in {2} lautet {3}. Das ist {4}; deshalb {5}. Bitte die IT-Abteilung fragen.</translation>
</message>
<message>
<location filename="app/policy/reading.py"/>
<source>{1} has the policy {2}, which does not exist.</source>
<translation>{1} enthält die Richtlinie {2}, die es nicht gibt.</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>an empty list</source>
<translation>eine leere Liste</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>neither 0 nor 1</source>
<translation>weder 0 noch 1</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>neither none nor an address such as http://proxy.example.org:8080</source>
<translation>weder none noch eine Adresse wie http://proxy.example.org:8080</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>no address such as https://mirror.example.org</source>
<translation>keine Adresse wie https://mirror.example.org</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>no list</source>
<translation>keine Liste</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>no list of SHA-256 hashes of 64 hexadecimal digits</source>
<translation>keine Liste von SHA-256-Hashes aus 64 hexadezimalen Ziffern</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>no list of cpu, gpu and npu</source>
<translation>keine Liste aus cpu, gpu und npu</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>no text</source>
<translation>kein Text</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>no whole number from {1} to {2}</source>
<translation>keine ganze Zahl von {1} bis {2}</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>no whole path such as D:\Models or \\server\share\models</source>
<translation>kein vollständiger Pfad wie D:\Models oder \\server\share\models</translation>
</message>
<message>
<location filename="app/policy/values.py"/>
<source>none of {1}</source>
<translation>keines von {1}</translation>
</message>
<message>
<location filename="app/room_maker.py"/>
<source>The conversation has changed meanwhile. Look again what takes its room.</source>
<translation>Die Unterhaltung hat sich inzwischen geändert. Bitte noch einmal nachsehen, was ihren Platz braucht.</translation>
</message>
<message>
<location filename="app/setting.py"/>
<source>decides the setting {1}</source>
<translation>bestimmt die Einstellung {1}</translation>
</message>
<message>
<location filename="app/settings.py"/>
<source>Settings are neither read nor kept: {1} {2}.</source>
<translation>Einstellungen werden weder gelesen noch aufbewahrt: {1} {2}.</translation>
</message>
<message>
<location filename="app/settings.py"/>
<source>Settings are not kept: {1} cannot be written ({2}).</source>
<translation>Einstellungen werden nicht aufbewahrt: {1} lässt sich nicht schreiben ({2}).</translation>
</message>
<message>
<location filename="app/settings.py"/>
<source>The setting {1} in {2} has a value it cannot have; its default is used.</source>
<translation>Die Einstellung {1} in {2} hat einen Wert, den es nicht gibt; es gilt der vorgesehene.</translation>
</message>
<message>
<location filename="app/settings.py"/>
<source>cannot be opened ({1})</source>
<translation>lässt sich nicht öffnen ({1})</translation>
</message>
<message>
<location filename="app/settings.py"/>
<source>is damaged and cannot be renamed ({1})</source>
<translation>ist beschädigt und lässt sich nicht umbenennen ({1})</translation>
</message>
<message>
<location filename="app/settings.py"/>
<source>{1} was damaged. It is now {2}, and settings start from their defaults.</source>
<translation>{1} war beschädigt. Die Datei heißt jetzt {2}, und die Einstellungen beginnen von vorn.</translation>
</message>
<message>
<location filename="app/shelf_look.py"/>
<source>looking for models</source>
<translation>das Suchen nach Modellen</translation>
</message>
<message>
<location filename="app/talk.py"/>
<source>An answer is still being written. Wait for it or stop it first.</source>
<translation>Noch wird eine Antwort geschrieben. Bitte warten oder sie zuerst anhalten.</translation>
</message>
<message>
<location filename="app/window_models.py"/>
<source>looking at the disk</source>
<translation>der Blick auf den Datenträger</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>There is neither a file nor a folder {1}. Check the path.</source>
<translation>Es gibt weder eine Datei noch einen Ordner {1}. Bitte den Pfad prüfen.</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>a folder</source>
<translation>ein Ordner</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>importing {1}</source>
<translation>das Importieren von {1}</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>unknown</source>
<translation>unbekannt</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>{1} cannot be the name of a model. Rename the folder first.</source>
<translation>{1} kann nicht der Name eines Modells sein. Den Ordner zuerst umbenennen.</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>{1} has no {2} to compare. Import what was exported.</source>
<translation>In {1} fehlt {2} zum Vergleich. Bitte importieren, was exportiert wurde.</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>{1} holds no model: {2} is missing. Choose the folder that holds the published files.</source>
<translation>{1} enthält kein Modell: {2} fehlt. Den Ordner mit den veröffentlichten Dateien wählen.</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>{1} is installed already, at revision {2}. Remove it first: chorale models remove {3}</source>
<translation>{1} ist schon installiert, in Revision {2}. Zuerst entfernen: chorale models remove {3}</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>{1} is not what was exported: its manifest has the SHA-256 {2}, not {3}. Copy it again, or ask who exported it.</source>
<translation>{1} ist nicht, was exportiert wurde: Das Manifest hat den SHA-256 {2}, nicht {3}. Neu kopieren oder fragen, wer es exportiert hat.</translation>
</message>
<message>
<location filename="models/carry.py"/>
<source>{1} leads nowhere. Download this file again.</source>
<translation>{1} führt ins Leere. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/checkpoint.py"/>
<source>{1} has neither {2} nor {3}. Choose the folder that holds the published files.</source>
<translation>In {1} liegt weder {2} noch {3}. Den Ordner mit den veröffentlichten Dateien wählen.</translation>
</message>
<message>
<location filename="models/checkpoint.py"/>
<source>{1} is damaged: expected a JSON object with a weight_map. Download this file again.</source>
<translation>{1} ist beschädigt: Erwartet wird ein JSON-Objekt mit weight_map. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/checkpoint.py"/>
<source>{1} lacks the tensor {2}, which {3} says is in it. Download both files again.</source>
<translation>In {1} fehlt der Tensor {2}, der laut {3} darin liegt. Beide Dateien neu herunterladen.</translation>
</message>
<message>
<location filename="models/checkpoint.py"/>
<source>{1} places the tensor {2} in {3}; expected the name of a file in the same folder. Download this file again.</source>
<translation>{1} legt den Tensor {2} in {3}; erwartet wird der Name einer Datei im selben Ordner. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/checkpoint.py"/>
<source>{1}, tensor {2}: expected {3} {4}, found {5} {6}. These are not the published files for this config.json.</source>
<translation>{1}, Tensor {2}: erwartet {3} {4}, gefunden {5} {6}. Das sind nicht die veröffentlichten Dateien zu dieser config.json.</translation>
</message>
<message>
<location filename="models/checkpoint.py"/>
<source>{1}: the tensor {2} is missing (expected {3} {4}). Download the model's safetensors files again.</source>
<translation>{1}: Der Tensor {2} fehlt (erwartet {3} {4}). Die safetensors-Dateien des Modells neu herunterladen.</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>a multiple of num_key_value_heads ({1})</source>
<translation>ein Vielfaches von num_key_value_heads ({1})</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>a positive number</source>
<translation>eine positive Zahl</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>a positive whole number</source>
<translation>eine positive ganze Zahl</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>an object with rope_type 'yarn'</source>
<translation>ein Objekt mit rope_type 'yarn'</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>at most num_local_experts ({1})</source>
<translation>höchstens num_local_experts ({1})</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>numbers above 0</source>
<translation>Zahlen über 0</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>numbers for factor and original_max_position_embeddings</source>
<translation>Zahlen für factor und original_max_position_embeddings</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>such that heads x head_dim is a multiple of {1}</source>
<translation>so, dass heads x head_dim ein Vielfaches von {1} ist</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>{1} cannot be read. Copy or download this file again.</source>
<translation>{1} lässt sich nicht lesen. Diese Datei neu kopieren oder herunterladen.</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>{1} describes a model of type {2}; Chorale runs 'gpt_oss' only. Choose a folder with gpt-oss in its published form.</source>
<translation>{1} beschreibt ein Modell vom Typ {2}; Chorale führt nur 'gpt_oss' aus. Einen Ordner mit gpt-oss in der veröffentlichten Form wählen.</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>{1} is damaged: it should hold a JSON object. Download this file again.</source>
<translation>{1} ist beschädigt: Die Datei sollte ein JSON-Objekt enthalten. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>{1} is not a model folder: it has no config.json. Choose the folder that holds the published files.</source>
<translation>{1} ist kein Modellordner: config.json fehlt. Den Ordner mit den veröffentlichten Dateien wählen.</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>{1}, a multiple of {2}</source>
<translation>{1}, ein Vielfaches von {2}</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>{1}: the experts should be in MXFP4 (quant_method 'mxfp4'), but it says {2}. Use OpenAI's published files, not a converted copy.</source>
<translation>{1}: Die Experten sollten in MXFP4 vorliegen (quant_method 'mxfp4'), angegeben ist aber {2}. Die von OpenAI veröffentlichten Dateien verwenden, keine umgewandelte Kopie.</translation>
</message>
<message>
<location filename="models/config.py"/>
<source>{1}: {2} is {3}; expected {4}. Download this file again.</source>
<translation>{1}: {2} ist {3}; erwartet wird {4}. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/dense.py"/>
<source>The prepared weights could not be written to {1}: {2}. Free some disk space there, or choose another cache folder.</source>
<translation>Die vorbereiteten Gewichte ließen sich nicht nach {1} schreiben: {2}. Dort Platz schaffen oder einen anderen Ordner für Zwischendateien wählen.</translation>
</message>
<message>
<location filename="models/disk.py"/>
<source>The disk with {1} holds no file of this size; it is probably formatted as FAT32. Choose another place, or format it as exFAT or NTFS</source>
<translation>Der Datenträger mit {1} fasst keine Datei dieser Größe; wahrscheinlich ist er mit FAT32 formatiert. Einen anderen Ort wählen oder ihn mit exFAT oder NTFS formatieren</translation>
</message>
<message>
<location filename="models/disk.py"/>
<source>The disk with {1} is full. Free some space there and start again</source>
<translation>Der Datenträger mit {1} ist voll. Dort Platz schaffen und neu beginnen</translation>
</message>
<message>
<location filename="models/disk.py"/>
<source>The path of {1} is too long for this system. Choose a folder nearer to the top</source>
<translation>Der Pfad von {1} ist für dieses System zu lang. Einen Ordner weiter oben wählen</translation>
</message>
<message>
<location filename="models/disk.py"/>
<source>{1} cannot be written to, or is in use. Close what uses it, choose another folder, or ask for the right to write there; then start again</source>
<translation>{1} lässt sich nicht beschreiben oder ist in Gebrauch. Schließen, was es verwendet, einen anderen Ordner wählen oder um das Schreibrecht dort bitten; dann neu beginnen</translation>
</message>
<message>
<location filename="models/disk.py"/>
<source>{1}: {2}. Check the disk and start again</source>
<translation>{1}: {2}. Den Datenträger prüfen und neu beginnen</translation>
</message>
<message>
<location filename="models/disk.py"/>
<source>{1}{2} stopped. {3}; what is there is kept.</source>
<translation>{1}{2} wurde abgebrochen. {3}; was da ist, bleibt erhalten.</translation>
</message>
<message>
<location filename="models/download.py"/>
<source>Another Chorale is at work on {1}; this one waits for it.</source>
<translation>Ein anderes Chorale arbeitet an {1}; dieses wartet so lange.</translation>
</message>
<message>
<location filename="models/download.py"/>
<source>There is a folder {1} already, which Chorale did not make. It is used as it is; move it away to download the model.</source>
<translation>Den Ordner {1} gibt es schon, und Chorale hat ihn nicht angelegt. Er wird so verwendet, wie er ist; zum Herunterladen des Modells bitte woandershin verschieben.</translation>
</message>
<message>
<location filename="models/download.py"/>
<source>downloading {1}</source>
<translation>das Herunterladen von {1}</translation>
</message>
<message>
<location filename="models/download.py"/>
<source>{1} Try again when the line is better.</source>
<translation>{1} Erneut versuchen, wenn die Verbindung besser ist.</translation>
</message>
<message>
<location filename="models/download.py"/>
<source>{1} announces another {2} than the one this version of Chorale knows. Do not use it; tell whoever runs that endpoint.</source>
<translation>{1} kündigt eine andere Datei {2} an, als diese Version von Chorale kennt. Nicht verwenden und dem Betreiber dieses Servers melden.</translation>
</message>
<message>
<location filename="models/download.py"/>
<source>{1} does not tell the hash of {2}, so what it sends could not be checked. Use another endpoint, or import the model from a USB stick or a share.</source>
<translation>{1} nennt den Hash von {2} nicht; was von dort kommt, ließe sich nicht prüfen. Einen anderen Server verwenden oder das Modell von einem USB-Stick oder einer Freigabe importieren.</translation>
</message>
<message>
<location filename="models/download.py"/>
<source>{1} has {2}, but not all of it: {3} is missing at revision {4}. Choose another revision or endpoint.</source>
<translation>{1} hat {2}, aber nicht vollständig: {3} fehlt in Revision {4}. Eine andere Revision oder einen anderen Server wählen.</translation>
</message>
<message>
<location filename="models/hub_cache.py"/>
<source>{1} has left the Hugging Face cache</source>
<translation>{1} ist nicht mehr im Hugging-Face-Cache</translation>
</message>
<message>
<location filename="models/mapped_files.py"/>
<source>{1} cannot be mapped into memory. Check that it is still there.</source>
<translation>{1} lässt sich nicht in den Speicher einblenden. Prüfen, ob die Datei noch da ist.</translation>
</message>
<message>
<location filename="models/patience.py"/>
<source>The line is open, but next to nothing comes through.</source>
<translation>Die Verbindung besteht, aber es kommt so gut wie nichts an.</translation>
</message>
<message>
<location filename="models/room.py"/>
<source>{1} needs {2} more on the disk with {3}, and {4} are free there. Free {5}, or choose another place.</source>
<translation>{1} braucht noch {2} auf dem Datenträger mit {3}, und dort sind {4} frei. {5} freimachen oder einen anderen Ort wählen.</translation>
</message>
<message>
<location filename="models/safetensors.py"/>
<source>{1} is cut short at tensor {2}: expected at least {3} bytes, the file has {4}. Download this file again.</source>
<translation>{1} ist beim Tensor {2} abgeschnitten: Erwartet werden mindestens {3} Bytes, die Datei hat {4}. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/safetensors.py"/>
<source>{1} is cut short or not a safetensors file: its header should be {2} bytes long, the whole file has {3}. Download this file again.</source>
<translation>{1} ist abgeschnitten oder keine safetensors-Datei: Der Kopf sollte {2} Bytes lang sein, die ganze Datei hat {3}. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/safetensors.py"/>
<source>{1} is damaged: its header is not JSON. Download this file again.</source>
<translation>{1} ist beschädigt: Der Kopf ist kein JSON. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/safetensors.py"/>
<source>{1} is damaged: its header is not a JSON object. Download this file again.</source>
<translation>{1} ist beschädigt: Der Kopf ist kein JSON-Objekt. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/safetensors.py"/>
<source>{1} is missing. Download this file again.</source>
<translation>{1} fehlt. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/safetensors.py"/>
<source>{1}, tensor {2}: its header entry is damaged; expected dtype, shape and data_offsets. Download this file again.</source>
<translation>{1}, Tensor {2}: Der Eintrag im Kopf ist beschädigt; erwartet werden dtype, shape und data_offsets. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/safetensors.py"/>
<source>{1}, tensor {2}: {3} {4} takes {5} bytes, the header says {6}. Download this file again.</source>
<translation>{1}, Tensor {2}: {3} {4} belegt {5} Bytes, im Kopf steht {6}. Diese Datei neu herunterladen.</translation>
</message>
<message>
<location filename="models/sources.py"/>
<source>it has no end record, or a comment</source>
<translation>ihm fehlt der Endeintrag, oder es hat einen Kommentar</translation>
</message>
<message>
<location filename="models/sources.py"/>
<source>its directory is too large</source>
<translation>sein Verzeichnis ist zu groß</translation>
</message>
<message>
<location filename="models/sources.py"/>
<source>{1} is compressed in an unusual way</source>
<translation>{1} ist auf ungewöhnliche Weise komprimiert</translation>
</message>
<message>
<location filename="models/sources.py"/>
<source>{1} is encrypted or a link</source>
<translation>{1} ist verschlüsselt oder eine Verknüpfung</translation>
</message>
<message>
<location filename="models/sources.py"/>
<source>{1} is missing</source>
<translation>{1} fehlt</translation>
</message>
<message>
<location filename="models/sources.py"/>
<source>{1} is not an archive of a model that Chorale exported, or it is damaged. Export it again.</source>
<translation>{1} ist kein Archiv eines Modells, das Chorale exportiert hat, oder beschädigt. Bitte neu exportieren.</translation>
</message>
<message>
<location filename="models/sources.py"/>
<source>{1} is too large</source>
<translation>{1} ist zu groß</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>There is no model {1} to remove: {2} does not exist.</source>
<translation>Das Modell {1} lässt sich nicht entfernen: {2} gibt es nicht.</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>has {1} bytes instead of {2}</source>
<translation>hat {1} statt {2} Bytes</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>is missing</source>
<translation>fehlt</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>removing {1}</source>
<translation>das Entfernen von {1}</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>{1} cannot be read: {2}. Check the disk and its rights.</source>
<translation>{1} lässt sich nicht lesen: {2}. Den Datenträger und seine Rechte prüfen.</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>{1} cannot be the name of a model. Use letters, digits, dots and dashes.</source>
<translation>{1} kann nicht der Name eines Modells sein. Buchstaben, Ziffern, Punkte und Bindestriche verwenden.</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>{1} has no {2}: Chorale did not put this model there.</source>
<translation>In {1} fehlt {2}: Chorale hat dieses Modell nicht dort abgelegt.</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>{1} is damaged. Run: chorale models verify {2}</source>
<translation>{1} ist beschädigt. chorale models verify {2} ausführen</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>{1} is not complete yet: a download, import or removal in {2} did not end. Go on with: chorale models download {3}</source>
<translation>{1} ist noch unvollständig: Ein Download, Import oder Entfernen in {2} kam nicht zum Ende. Weiter mit: chorale models download {3}</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>{1} was not downloaded or imported by Chorale, so Chorale does not remove it. Delete the folder yourself if you do not need it.</source>
<translation>{1} wurde nicht von Chorale heruntergeladen oder importiert; Chorale entfernt es deshalb nicht. Wird der Ordner nicht gebraucht, lässt er sich von Hand löschen.</translation>
</message>
<message>
<location filename="models/store.py"/>
<source>{1} {2}. Run: chorale models verify {3}</source>
<translation>{1} {2}. chorale models verify {3} ausführen</translation>
</message>
<message>
<location filename="models/transfer.py"/>
<source>{1} It is tried again in {2} s.</source>
<translation>{1} Neuer Versuch in {2} s.</translation>
</message>
<message>
<location filename="models/transfer.py"/>
<source>{1} Try again when the line is better; what has arrived of {2} is kept.</source>
<translation>{1} Erneut versuchen, wenn die Verbindung besser ist; was von {2} angekommen ist, bleibt erhalten.</translation>
</message>
<message>
<location filename="models/transfer.py"/>
<source>{1} arrived damaged and is fetched again.</source>
<translation>{1} kam beschädigt an und wird neu geholt.</translation>
</message>
<message>
<location filename="models/transfer.py"/>
<source>{1} ended {2} before its end.</source>
<translation>{1} hat {2} vorzeitig beendet.</translation>
</message>
<message>
<location filename="models/transfer.py"/>
<source>{1} from {2} is not the file that was announced: its hash is wrong, twice in a row. Something on the way changes it, or the file was changed there. Ask IT whether a proxy does, or try another network; the other files are kept.</source>
<translation>{1} von {2} ist nicht die angekündigte Datei: Ihr Hash ist falsch, zweimal hintereinander. Etwas unterwegs verändert sie, oder sie wurde dort geändert. Bei der IT nach einem Proxy fragen oder ein anderes Netz versuchen; die übrigen Dateien bleiben erhalten.</translation>
</message>
<message>
<location filename="models/transfer.py"/>
<source>{1} is damaged in what is copied from: it is not the file that belongs to this model. Run chorale models verify where it comes from, and copy or export it again.</source>
<translation>{1} ist schon in der Quelle beschädigt: Es ist nicht die Datei, die zu diesem Modell gehört. An der Quelle chorale models verify ausführen und neu kopieren oder exportieren.</translation>
</message>
<message>
<location filename="models/transport/addresses.py"/>
<source>The endpoint has a password in it. Leave it out, and set HF_TOKEN instead.</source>
<translation>Die Adresse des Servers enthält ein Passwort. Es weglassen und stattdessen HF_TOKEN setzen.</translation>
</message>
<message>
<location filename="models/transport/addresses.py"/>
<source>the server</source>
<translation>der Server</translation>
</message>
<message>
<location filename="models/transport/addresses.py"/>
<source>{1} is not an endpoint. Give an address such as {2}.</source>
<translation>{1} ist keine Serveradresse. Eine Adresse wie {2} angeben.</translation>
</message>
<message>
<location filename="models/transport/addresses.py"/>
<source>{1} leads to something that is no address; it is not followed.</source>
<translation>{1} führt zu etwas, das keine Adresse ist; dem wird nicht gefolgt.</translation>
</message>
<message>
<location filename="models/transport/addresses.py"/>
<source>{1} leads to {2} without encryption, which is not followed. Ask IT whether a proxy asks for a sign-in there.</source>
<translation>{1} führt ohne Verschlüsselung zu {2}; dem wird nicht gefolgt. Bei der IT nachfragen, ob ein Proxy dort eine Anmeldung verlangt.</translation>
</message>
<message>
<location filename="models/transport/answers.py"/>
<source>{1} lists a file that cannot be right ({2}). Check the endpoint.</source>
<translation>{1} nennt eine Datei, die nicht stimmen kann ({2}). Die Adresse des Servers prüfen.</translation>
</message>
<message>
<location filename="models/transport/answers.py"/>
<source>{1} sent another part of {2} than was asked for.</source>
<translation>{1} hat einen anderen Teil von {2} gesendet als angefordert.</translation>
</message>
<message>
<location filename="models/transport/answers.py"/>
<source>{1} sent something else than {2} ({3} instead of {4} bytes); a sign-in page of this network may be in the way.</source>
<translation>{1} hat etwas anderes als {2} gesendet ({3} statt {4} Bytes); vielleicht steht eine Anmeldeseite dieses Netzes im Weg.</translation>
</message>
<message>
<location filename="models/transport/client.py"/>
<source>The proxy that HTTPS_PROXY, the system or a policy names is no address that Chorale can use. Write it as http://NAME:PORT, and special characters of a password as %23 and the like; ask IT for it.</source>
<translation>Der Proxy, den HTTPS_PROXY, das System oder eine Richtlinie nennt, ist keine Adresse, die Chorale verwenden kann. Sie muss http://NAME:PORT lauten, mit Sonderzeichen eines Passworts als %23 und so weiter; die IT kennt sie.</translation>
</message>
<message>
<location filename="models/transport/client.py"/>
<source>This Python lacks a package that downloading needs. Use Python 3.12 or later, or import the model from a folder.</source>
<translation>Diesem Python fehlt ein Paket, das zum Herunterladen nötig ist. Python 3.12 oder neuer verwenden oder das Modell aus einem Ordner importieren.</translation>
</message>
<message>
<location filename="models/transport/client.py"/>
<source>{1} sends a list of files without an end. Check the endpoint.</source>
<translation>{1} sendet eine Liste von Dateien ohne Ende. Die Adresse des Servers prüfen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>A SOCKS proxy is set for this PC, and Chorale speaks to HTTP proxies only. Set HTTPS_PROXY to one.</source>
<translation>Für diesen PC ist ein SOCKS-Proxy eingestellt, und Chorale spricht nur mit HTTP-Proxys. HTTPS_PROXY auf einen solchen setzen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>Ask IT to allow {1}; a private mirror needs a token in HF_TOKEN.</source>
<translation>Die IT bitten, {1} zu erlauben; ein privater Spiegelserver verlangt ein Token in HF_TOKEN.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>HF_HUB_OFFLINE is set, so nothing is downloaded. Unset it to download.</source>
<translation>HF_HUB_OFFLINE ist gesetzt, deshalb wird nichts heruntergeladen. Zum Herunterladen bitte aufheben.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>The certificate of {1} is not trusted by this PC ({2}). If a proxy inspects connections here, ask IT to install its certificate in the system's store, or to leave {3} alone.</source>
<translation>Dem Zertifikat von {1} vertraut dieser PC nicht ({2}). Falls hier ein Proxy Verbindungen prüft, die IT bitten, sein Zertifikat im System zu hinterlegen oder {3} auszunehmen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>The line to {1} broke ({2}).</source>
<translation>Die Verbindung zu {1} ist abgerissen ({2}).</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>The proxy on the way to {1} refuses ({2}). Ask IT how programs sign in to the proxy, and to allow {3}.</source>
<translation>Der Proxy auf dem Weg zu {1} verweigert ({2}). Bei der IT nachfragen, wie sich Programme am Proxy anmelden, und um Freigabe von {3} bitten.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>asks for patience</source>
<translation>bittet um Geduld</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>has a problem of its own</source>
<translation>hat selbst ein Problem</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} answered with status {2}. Check the endpoint, or ask who runs it.</source>
<translation>{1} hat mit Status {2} geantwortet. Die Adresse prüfen oder den Betreiber fragen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} cannot be reached ({2}). If this lasts, ask IT to allow {3}.</source>
<translation>{1} ist nicht erreichbar ({2}). Falls das so bleibt, die IT bitten, {3} zu erlauben.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} does not answer as the hub does. Check the endpoint.</source>
<translation>{1} antwortet nicht wie der Hub. Die Adresse des Servers prüfen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} does not answer as the hub does; a sign-in page of this network may be in the way. Open any page in a browser, or check the endpoint.</source>
<translation>{1} antwortet nicht wie der Hub; vielleicht steht eine Anmeldeseite dieses Netzes im Weg. Eine beliebige Seite im Browser öffnen oder die Adresse des Servers prüfen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} does not answer. If this lasts, ask IT to allow {2}.</source>
<translation>{1} antwortet nicht. Falls das so bleibt, die IT bitten, {2} zu erlauben.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} does not have {2} (status {3}). Check the endpoint and the revision.</source>
<translation>{1} hat {2} nicht (Status {3}). Die Adresse des Servers und die Revision prüfen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} has no such model, or not for everyone. Check the endpoint; a private mirror needs a token in HF_TOKEN.</source>
<translation>{1} hat dieses Modell nicht, oder nicht für alle. Die Adresse prüfen; ein privater Spiegelserver verlangt ein Token in HF_TOKEN.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} has no such revision of this model. Check --revision.</source>
<translation>{1} hat diese Revision des Modells nicht. --revision prüfen.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} leads to an address that is none.</source>
<translation>{1} führt zu einer Adresse, die keine ist.</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} or its proxy has an address of an unknown kind: {2}</source>
<translation>{1} oder der Proxy davor hat eine Adresse unbekannter Art: {2}</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} refuses the download (status {2}). {3}</source>
<translation>{1} verweigert den Download (Status {2}). {3}</translation>
</message>
<message>
<location filename="models/transport/failures.py"/>
<source>{1} {2} (status {3}).</source>
<translation>{1} {2} (Status {3}).</translation>
</message>
<message>
<location filename="models/transport/hub.py"/>
<source>{1} at {2} is no longer the file that was announced when the download began. Start the download again with --revision main, or tell whoever runs that endpoint.</source>
<translation>{1} auf {2} ist nicht mehr die Datei, die zu Beginn des Downloads angekündigt wurde. Den Download mit --revision main neu beginnen oder es dem Betreiber des Servers melden.</translation>
</message>
<message>
<location filename="models/transport/hub.py"/>
<source>{1} does not have {2} from there on.</source>
<translation>{1} hat {2} ab dieser Stelle nicht.</translation>
</message>
<message>
<location filename="models/transport/hub.py"/>
<source>{1} leads from one address to the next without an end. Tell whoever runs it.</source>
<translation>{1} führt endlos von einer Adresse zur nächsten. Bitte dem Betreiber melden.</translation>
</message>
<message>
<location filename="models/transport/hub.py"/>
<source>{1} names no commit for {2} at {3}.</source>
<translation>{1} nennt keinen Commit für {2} in {3}.</translation>
</message>
<message>
<location filename="models/verify.py"/>
<source>checking {1}</source>
<translation>das Prüfen von {1}</translation>
</message>
<message>
<location filename="models/verify.py"/>
<source>repairing {1}</source>
<translation>das Reparieren von {1}</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source> (error {1})</source>
<translation> (Fehler {1})</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>Close other programs that use it</source>
<translation>Andere Programme schließen, die es verwenden</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>The answer so far is kept; ask again</source>
<translation>Die bisherige Antwort bleibt erhalten; erneut fragen</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>The answer so far is kept; close other programs that use it, start a new conversation</source>
<translation>Die bisherige Antwort bleibt erhalten; andere Programme schließen, die es verwenden, eine neue Unterhaltung beginnen</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>The answer so far is kept; update its driver</source>
<translation>Die bisherige Antwort bleibt erhalten; den Treiber aktualisieren</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>Try again</source>
<translation>Erneut versuchen</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>Update its driver</source>
<translation>Den Treiber aktualisieren</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>cannot be reached, because this ONNX Runtime's DirectML is built for GPUs only</source>
<translation>ist nicht erreichbar, weil das DirectML dieser ONNX Runtime nur für GPUs gebaut ist</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>does not support what the model needs</source>
<translation>kann nicht, was das Modell braucht</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>failed without saying why</source>
<translation>hat ohne Angabe von Gründen versagt</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>has a driver that is older than Windows needs</source>
<translation>hat einen Treiber, der älter ist, als Windows braucht</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>is not offered to DirectML by its driver</source>
<translation>wird DirectML vom Treiber nicht angeboten</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>is not there any more</source>
<translation>ist nicht mehr da</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>lacks an operation of the model's</source>
<translation>kennt eine Operation des Modells nicht</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>may not be used while Windows is locked</source>
<translation>lässt sich nicht verwenden, solange Windows gesperrt ist</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>needs a newer Windows (DXCore is missing)</source>
<translation>braucht ein neueres Windows (DXCore fehlt)</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>needs a part of Windows that is missing</source>
<translation>braucht einen Teil von Windows, der fehlt</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>ran out of memory</source>
<translation>hat keinen Speicher mehr</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>refused a command</source>
<translation>hat einen Befehl abgelehnt</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>refused the model</source>
<translation>hat das Modell abgelehnt</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>took longer than Windows allows and was reset</source>
<translation>hat länger gebraucht, als Windows erlaubt, und wurde zurückgesetzt</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>was lost</source>
<translation>ging verloren</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>was lost because its driver failed</source>
<translation>ging verloren, weil der Treiber versagt hat</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>was reset by another program's mistake</source>
<translation>wurde durch den Fehler eines anderen Programms zurückgesetzt</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>was unplugged, or its driver was updated or stopped</source>
<translation>wurde abgezogen, oder der Treiber wurde aktualisiert oder beendet</translation>
</message>
<message>
<location filename="runtime/device_errors.py"/>
<source>{1} {2}{3}{4}. {5}, or choose the device cpu.</source>
<translation>{1} {2}{3}{4}. {5}, oder das Gerät cpu wählen.</translation>
</message>
<message>
<location filename="runtime/device_gate.py"/>
<source>{1} ended Chorale's engine {2} times at the start, so its driver is not used.</source>
<translation>{1} hat den Rechenprozess von Chorale beim Start {2}-mal beendet; sein Treiber wird deshalb nicht verwendet.</translation>
</message>
<message>
<location filename="runtime/device_load.py"/>
<source>{1} Choose the device auto or cpu.</source>
<translation>{1} Das Gerät auto oder cpu wählen.</translation>
</message>
<message>
<location filename="runtime/device_load.py"/>
<source>{1} Chorale uses the CPU.</source>
<translation>{1} Chorale verwendet die CPU.</translation>
</message>
<message>
<location filename="runtime/device_load.py"/>
<source>{1} is not there any more. Choose the device auto or cpu.</source>
<translation>{1} gibt es nicht mehr. Das Gerät auto oder cpu wählen.</translation>
</message>
<message>
<location filename="runtime/devices/adapter.py"/>
<source>graphics adapter</source>
<translation>Grafikadapter</translation>
</message>
<message>
<location filename="runtime/devices/choice.py"/>
<source>No {1} was found that can run DirectML; there is: {2}.</source>
<translation>Es wurde kein Gerät der Art {1} gefunden, das DirectML ausführen kann; vorhanden: {2}.</translation>
</message>
<message>
<location filename="runtime/devices/choice.py"/>
<source>There is no device {1}; there is: {2}.</source>
<translation>Das Gerät {1} gibt es nicht; vorhanden: {2}.</translation>
</message>
<message>
<location filename="runtime/devices/choice.py"/>
<source>{1} is not there any more.</source>
<translation>{1} gibt es nicht mehr.</translation>
</message>
<message>
<location filename="runtime/devices/choice.py"/>
<source>{1} shares the PC's memory, where the CPU is expected to be faster; --device gpu uses it.</source>
<translation>{1} teilt sich den Arbeitsspeicher des PCs; dort ist die CPU voraussichtlich schneller. --device gpu verwendet es trotzdem.</translation>
</message>
<message>
<location filename="runtime/devices/found.py"/>
<source>DXGI does not list it, so ONNX Runtime cannot be told to use it.</source>
<translation>DXGI führt es nicht auf, deshalb kann ONNX Runtime es nicht verwenden.</translation>
</message>
<message>
<location filename="runtime/devices/found.py"/>
<source>ONNX Runtime offers programs the first NPU only, and this is another.</source>
<translation>ONNX Runtime bietet Programmen nur die erste NPU an, und diese ist eine andere.</translation>
</message>
<message>
<location filename="runtime/devices/memory.py"/>
<source>has {1} for it</source>
<translation>hat {1} dafür</translation>
</message>
<message>
<location filename="runtime/devices/memory.py"/>
<source>may use {1} of the PC's memory</source>
<translation>darf {1} vom Arbeitsspeicher des PCs verwenden</translation>
</message>
<message>
<location filename="runtime/devices/memory.py"/>
<source>{1}: the model needs {2} GiB, and this device {3}.</source>
<translation>{1}: Das Modell braucht {2} GiB, und dieses Gerät {3}.</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a Markdown text</source>
<translation>ein Markdown-Text</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a database</source>
<translation>eine Datenbank</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a film</source>
<translation>ein Film</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a packed document</source>
<translation>ein gepacktes Dokument</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a picture</source>
<translation>ein Bild</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a picture, sound or film</source>
<translation>ein Bild, Ton oder Film</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a plain text</source>
<translation>ein reiner Text</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a program</source>
<translation>ein Programm</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a sound</source>
<translation>eine Tonaufnahme</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a sound or film</source>
<translation>ein Ton oder Film</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a table of values</source>
<translation>eine Wertetabelle</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>a web page</source>
<translation>eine Webseite</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>an Office document</source>
<translation>ein Office-Dokument</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>an OpenDocument presentation</source>
<translation>eine OpenDocument-Präsentation</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>an OpenDocument text</source>
<translation>ein OpenDocument-Text</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>an archive</source>
<translation>ein Archiv</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>{1} is an archive. Unpack it, and attach the documents inside.</source>
<translation>{1} ist ein Archiv. Auspacken und die Dokumente darin anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>{1} is empty.</source>
<translation>{1} ist leer.</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>{1} is in {2}'s format from before 2007, which Chorale does not read. Open it in {3} or LibreOffice, save it as {4}, and attach that.</source>
<translation>{1} hat das Format von {2} aus der Zeit vor 2007, das Chorale nicht liest. In {3} oder LibreOffice öffnen, als {4} speichern und das anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>{1} is named like {2}, but is {3}; it was read as that.</source>
<translation>{1} heißt wie {2}, ist aber {3}; so wurde es gelesen.</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>{1} is not a document that Chorale knows. Save it as PDF or as text, and attach that.</source>
<translation>{1} ist kein Dokument, das Chorale kennt. Als PDF oder Text speichern und das anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>{1} is of a kind that Chorale does not know. Save it as PDF, and attach that.</source>
<translation>{1} ist von einer Art, die Chorale nicht kennt. Als PDF speichern und das anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/detect.py"/>
<source>{1} is {2}. Chorale reads text only: attach a document instead.</source>
<translation>{1} ist {2}. Chorale liest nur Text: bitte ein Dokument anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/extract.py"/>
<source>It holds more text than Chorale reads of one file; {1} of it were read.</source>
<translation>Darin ist mehr Text, als Chorale aus einer Datei liest; gelesen wurden {1}.</translation>
</message>
<message>
<location filename="runtime/documents/extract.py"/>
<source>{1} could not be read. It may be damaged: save it anew from the program it comes from.</source>
<translation>{1} ließ sich nicht lesen. Vielleicht ist die Datei beschädigt: aus dem ursprünglichen Programm neu speichern.</translation>
</message>
<message>
<location filename="runtime/documents/extract.py"/>
<source>{1} is nested too deep to be read. Save it anew from the program it comes from.</source>
<translation>{1} ist zu tief verschachtelt, um gelesen zu werden. Aus dem ursprünglichen Programm neu speichern.</translation>
</message>
<message>
<location filename="runtime/documents/extract.py"/>
<source>{1} was not read: it takes more than {2} MB of memory. Split it into smaller files, and attach those.</source>
<translation>{1} wurde nicht gelesen: Das braucht mehr als {2} MB Arbeitsspeicher. In kleinere Dateien teilen und diese anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/extract.py"/>
<source>{1} was not read: reading it wanted more than to read.</source>
<translation>{1} wurde nicht gelesen: Das Lesen wollte mehr als lesen.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>; of {1} pages, {2} were read</source>
<translation>; von {1} Seiten wurden {2} gelesen</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>Reading it took more than {1} seconds</source>
<translation>Das Lesen dauerte länger als {1} Sekunden</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>Reading it took too much memory</source>
<translation>Das Lesen brauchte zu viel Arbeitsspeicher</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>The name of the file holds characters that no file name has.</source>
<translation>Der Name der Datei enthält Zeichen, die kein Dateiname hat.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>The process that read it ended unexpectedly</source>
<translation>Das Leseprogramm ist unerwartet abgebrochen</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1} cannot be read: {2}. Check the name and try again.</source>
<translation>{1} lässt sich nicht lesen: {2}. Den Namen prüfen und erneut versuchen.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1} could not be read: its reader went wrong. It may be damaged.</source>
<translation>{1} ließ sich nicht lesen: Das Leseprogramm ist gescheitert. Vielleicht ist die Datei beschädigt.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1} has {2} MB; Chorale reads files of up to {3} MB. Split it into smaller files.</source>
<translation>{1} hat {2} MB; Chorale liest Dateien bis {3} MB. In kleinere Dateien teilen.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1} is a folder. Attach the files in it.</source>
<translation>{1} ist ein Ordner. Bitte die Dateien darin anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1} is not an ordinary file. Copy it to a file first.</source>
<translation>{1} ist keine gewöhnliche Datei. Zuerst in eine Datei kopieren.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1} was not read: it is damaged, or takes more than {2} MB of memory. Save it anew, or split it.</source>
<translation>{1} wurde nicht gelesen: Die Datei ist beschädigt oder braucht mehr als {2} MB Arbeitsspeicher. Neu speichern oder teilen.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1} was not read: it takes more than {2} seconds. Split it into smaller files, and attach those.</source>
<translation>{1} wurde nicht gelesen: Das dauert länger als {2} Sekunden. In kleinere Dateien teilen und diese anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/extractor.py"/>
<source>{1}{2}. What follows page {3} was not read.</source>
<translation>{1}{2}. Was auf Seite {3} folgt, wurde nicht gelesen.</translation>
</message>
<message>
<location filename="runtime/documents/guarded_zip.py"/>
<source>a part of it unpacks to more than {1} MB</source>
<translation>ein Teil davon wird ausgepackt größer als {1} MB</translation>
</message>
<message>
<location filename="runtime/documents/guarded_zip.py"/>
<source>it defines words that stand for others</source>
<translation>es definiert Wörter, die für andere stehen</translation>
</message>
<message>
<location filename="runtime/documents/guarded_zip.py"/>
<source>it has more than {1} parts</source>
<translation>es hat mehr als {1} Teile</translation>
</message>
<message>
<location filename="runtime/documents/guarded_zip.py"/>
<source>it nests more than {1} elements</source>
<translation>es verschachtelt mehr als {1} Elemente</translation>
</message>
<message>
<location filename="runtime/documents/readers/epub.py"/>
<source>Section {1} of {2} is damaged and was not read ({3}).</source>
<translation>Abschnitt {1} von {2} ist beschädigt und wurde nicht gelesen ({3}).</translation>
</message>
<message>
<location filename="runtime/documents/readers/epub.py"/>
<source>Section {1} of {2} is missing in the file.</source>
<translation>Abschnitt {1} von {2} fehlt in der Datei.</translation>
</message>
<message>
<location filename="runtime/documents/readers/epub.py"/>
<source>an EPUB book</source>
<translation>ein EPUB-Buch</translation>
</message>
<message>
<location filename="runtime/documents/readers/epub.py"/>
<source>{1} is locked to the program it was bought for (DRM), and cannot be read here.</source>
<translation>{1} ist an das Programm gebunden, für das es gekauft wurde (DRM), und lässt sich hier nicht lesen.</translation>
</message>
<message>
<location filename="runtime/documents/readers/mail.py"/>
<source>a mail message</source>
<translation>eine E-Mail</translation>
</message>
<message>
<location filename="runtime/documents/readers/mail.py"/>
<source>{1} has {2} {3} attached; what they show was not read.</source>
<translation>{1} hat {2} {3} im Anhang; was sie zeigen, wurde nicht gelesen.</translation>
</message>
<message>
<location filename="runtime/documents/readers/nested.py"/>
<source>{1}, attached {2} messages deep, was not read: that is too deep.</source>
<translation>{1}, {2} Nachrichten tief angehängt, wurde nicht gelesen: Das ist zu tief.</translation>
</message>
<message>
<location filename="runtime/documents/readers/opendocument.py"/>
<source>an OpenDocument file</source>
<translation>eine OpenDocument-Datei</translation>
</message>
<message>
<location filename="runtime/documents/readers/outlook.py"/>
<source>an Outlook message</source>
<translation>eine Outlook-Nachricht</translation>
</message>
<message>
<location filename="runtime/documents/readers/outlook.py"/>
<source>{1} was not read: it is attached too many messages deep.</source>
<translation>{1} wurde nicht gelesen: Es ist zu viele Nachrichten tief angehängt.</translation>
</message>
<message>
<location filename="runtime/documents/readers/outlook.py"/>
<source>{1}, attached to {2}, is a picture, sound or film.</source>
<translation>{1}, angehängt an {2}, ist ein Bild, Ton oder Film.</translation>
</message>
<message>
<location filename="runtime/documents/readers/pdf.py"/>
<source>Page {1} does not say which letters it draws.</source>
<translation>Seite {1} sagt nicht, welche Buchstaben sie zeichnet.</translation>
</message>
<message>
<location filename="runtime/documents/readers/pdf.py"/>
<source>Page {1} is damaged.</source>
<translation>Seite {1} ist beschädigt.</translation>
</message>
<message>
<location filename="runtime/documents/readers/pdf.py"/>
<source>a PDF document</source>
<translation>ein PDF-Dokument</translation>
</message>
<message>
<location filename="runtime/documents/readers/pdf.py"/>
<source>{1} has no pages.</source>
<translation>{1} hat keine Seiten.</translation>
</message>
<message>
<location filename="runtime/documents/readers/pdf.py"/>
<source>{1} holds an XFA form; what is filled in there may be missing.</source>
<translation>{1} enthält ein XFA-Formular; was darin ausgefüllt ist, fehlt vielleicht.</translation>
</message>
<message>
<location filename="runtime/documents/readers/plain_text.py"/>
<source>{1} does not say how its letters are encoded; it was read as {2}. If letters look wrong, save it as UTF-8.</source>
<translation>{1} sagt nicht, wie die Buchstaben kodiert sind; gelesen wurde es als {2}. Falls Buchstaben falsch aussehen, als UTF-8 speichern.</translation>
</message>
<message>
<location filename="runtime/documents/readers/plain_text.py"/>
<source>{1} is not a well-formed table; it was read as plain text.</source>
<translation>{1} ist keine wohlgeformte Tabelle; es wurde als reiner Text gelesen.</translation>
</message>
<message>
<location filename="runtime/documents/readers/powerpoint.py"/>
<source>Slide {1} is damaged ({2}).</source>
<translation>Folie {1} ist beschädigt ({2}).</translation>
</message>
<message>
<location filename="runtime/documents/readers/powerpoint.py"/>
<source>a PowerPoint presentation</source>
<translation>eine PowerPoint-Präsentation</translation>
</message>
<message>
<location filename="runtime/documents/readers/powerpoint.py"/>
<source>it cannot be read</source>
<translation>nicht lesbar</translation>
</message>
<message>
<location filename="runtime/documents/readers/powerpoint.py"/>
<source>slide {1}</source>
<translation>Folie {1}</translation>
</message>
<message>
<location filename="runtime/documents/readers/powerpoint.py"/>
<source>{1} has no slides.</source>
<translation>{1} hat keine Folien.</translation>
</message>
<message>
<location filename="runtime/documents/readers/rtf.py"/>
<source>a rich text document</source>
<translation>ein RTF-Dokument</translation>
</message>
<message>
<location filename="runtime/documents/readers/rtf.py"/>
<source>{1} ends in the middle, so its end may be missing.</source>
<translation>{1} endet mittendrin; das Ende fehlt vielleicht.</translation>
</message>
<message>
<location filename="runtime/documents/readers/sheet.py"/>
<source>The sheet {1} of {2} holds a chart or macros, no values; it was not read.</source>
<translation>Das Blatt {1} von {2} enthält ein Diagramm oder Makros und keine Werte; es wurde nicht gelesen.</translation>
</message>
<message>
<location filename="runtime/documents/readers/sheet.py"/>
<source>The sheet {1} of {2} is damaged and was not read.</source>
<translation>Das Blatt {1} von {2} ist beschädigt und wurde nicht gelesen.</translation>
</message>
<message>
<location filename="runtime/documents/readers/sheet.py"/>
<source>a spreadsheet</source>
<translation>eine Tabellenkalkulation</translation>
</message>
<message>
<location filename="runtime/documents/readers/sheet.py"/>
<source>it unpacks to more than {1} MB</source>
<translation>es wird ausgepackt größer als {1} MB</translation>
</message>
<message>
<location filename="runtime/documents/readers/table.py"/>
<source>row {1}</source>
<translation>Zeile {1}</translation>
</message>
<message>
<location filename="runtime/documents/readers/table.py"/>
<source>rows {1}-{2}</source>
<translation>Zeilen {1}–{2}</translation>
</message>
<message>
<location filename="runtime/documents/readers/word.py"/>
<source>a Word document</source>
<translation>ein Word-Dokument</translation>
</message>
<message>
<location filename="runtime/documents/readers/word.py"/>
<source>{1} holds {2}; what they show was not read.</source>
<translation>{1} enthält {2}; was sie zeigen, wurde nicht gelesen.</translation>
</message>
<message>
<location filename="runtime/documents/source.py"/>
<source>{1} is damaged: it begins like {2}, but cannot be read as one. Open it in the program it comes from and save it again.</source>
<translation>{1} ist beschädigt: Es beginnt wie {2}, lässt sich aber nicht so lesen. Im ursprünglichen Programm öffnen und neu speichern.</translation>
</message>
<message>
<location filename="runtime/documents/source.py"/>
<source>{1} is protected by a password. Save a copy without the password, and attach that.</source>
<translation>{1} ist mit einem Passwort geschützt. Eine Kopie ohne Passwort speichern und diese anhängen.</translation>
</message>
<message>
<location filename="runtime/documents/source.py"/>
<source>{1} was not read: {2}, which no ordinary document does. If you trust it, save it anew from the program it comes from.</source>
<translation>{1} wurde nicht gelesen: {2}, was kein gewöhnliches Dokument tut. Ist die Datei vertrauenswürdig, aus dem ursprünglichen Programm neu speichern.</translation>
</message>
<message>
<location filename="runtime/documents/summarizer.py"/>
<source>The engine stopped with an error.</source>
<translation>Der Rechenprozess hat mit einem Fehler aufgehört.</translation>
</message>
<message>
<location filename="runtime/documents/summarizer.py"/>
<source>The engine stopped without ending its answer.</source>
<translation>Der Rechenprozess hat aufgehört, ohne seine Antwort zu beenden.</translation>
</message>
<message>
<location filename="runtime/documents/summarizer.py"/>
<source>The model gave no answer.</source>
<translation>Das Modell hat keine Antwort gegeben.</translation>
</message>
<message>
<location filename="runtime/documents/summarizer.py"/>
<source>The model's context of {1} tokens is too small to summarise with. Choose a larger one.</source>
<translation>Der Kontext des Modells, {1} Tokens, ist zu klein zum Zusammenfassen. Einen größeren wählen.</translation>
</message>
<message>
<location filename="runtime/documents/summarizer.py"/>
<source>There is no text to summarise. Scanned pages need text recognition (OCR) first.</source>
<translation>Es gibt keinen Text zum Zusammenfassen. Eingescannte Seiten brauchen zuerst eine Texterkennung (OCR).</translation>
</message>
<message>
<location filename="runtime/engine.py"/>
<source>Exact numbers are computed on the CPU only. Choose the device cpu.</source>
<translation>Genaue Zahlen werden nur auf der CPU berechnet. Das Gerät cpu wählen.</translation>
</message>
<message>
<location filename="runtime/engine.py"/>
<source>Give between 1 and {1} token ids; there are {2}.</source>
<translation>Möglich sind 1 bis {1} Token-Nummern; angegeben sind {2}.</translation>
</message>
<message>
<location filename="runtime/engine.py"/>
<source>The conversation with this message has {1} tokens; {2} fit, so it is {3} too long. Shorten the message, or start a new conversation.</source>
<translation>Die Unterhaltung hat mit dieser Nachricht {1} Tokens; {2} passen hinein, es sind also {3} zu viel. Die Nachricht kürzen oder eine neue Unterhaltung beginnen.</translation>
</message>
<message>
<location filename="runtime/engine.py"/>
<source>The files in {1} changed while they were prepared. Try again when nothing writes to them any more.</source>
<translation>Die Dateien in {1} haben sich während der Vorbereitung geändert. Erneut versuchen, wenn nichts mehr in sie schreibt.</translation>
</message>
<message>
<location filename="runtime/engine.py"/>
<source>The files in {1} do not belong together: tokenizer.json has {2} tokens, the model {3}. Download them again.</source>
<translation>Die Dateien in {1} gehören nicht zusammen: tokenizer.json hat {2} Tokens, das Modell {3}. Neu herunterladen.</translation>
</message>
<message>
<location filename="runtime/engine.py"/>
<source>Token ids go from 0 to {1}; one of these does not.</source>
<translation>Token-Nummern gehen von 0 bis {1}; eine davon nicht.</translation>
</message>
<message>
<location filename="runtime/engine_client.py"/>
<source>No model is loaded. Choose a model first.</source>
<translation>Es ist kein Modell geladen. Zuerst ein Modell wählen.</translation>
</message>
<message>
<location filename="runtime/engine_client.py"/>
<source>The engine stopped unexpectedly (exit code {1}). Try again; the model is loaded anew.</source>
<translation>Der Rechenprozess wurde unerwartet beendet (Code {1}). Erneut versuchen; das Modell wird dabei neu geladen.</translation>
</message>
<message>
<location filename="runtime/engine_client.py"/>
<source>The engine was ended by the system, most likely because memory ran out. Close other programs and try again.</source>
<translation>Das System hat den Rechenprozess beendet, wahrscheinlich weil der Arbeitsspeicher ausging. Andere Programme schließen und erneut versuchen.</translation>
</message>
<message>
<location filename="runtime/kernels/__init__.py"/>
<source>Chorale's native library cannot be loaded; build it again: python -m runtime.kernels.build --force</source>
<translation>Die native Bibliothek von Chorale lässt sich nicht laden; neu bauen: python -m runtime.kernels.build --force</translation>
</message>
<message>
<location filename="runtime/kernels/__init__.py"/>
<source>Chorale's native library is not built; run: python -m runtime.kernels.build</source>
<translation>Die native Bibliothek von Chorale ist nicht gebaut; ausführen: python -m runtime.kernels.build</translation>
</message>
<message>
<location filename="runtime/kernels/__init__.py"/>
<source>There is no kernel named "{1}"; there are: {2}.</source>
<translation>Den Rechenkern „{1}“ gibt es nicht; vorhanden: {2}.</translation>
</message>
<message>
<location filename="runtime/preparation.py"/>
<source>Preparing the model stopped unexpectedly. Try again; if it stops again, check the memory that is free.</source>
<translation>Die Vorbereitung des Modells ist unerwartet abgebrochen. Erneut versuchen; falls sie wieder abbricht, den freien Arbeitsspeicher prüfen.</translation>
</message>
<message>
<location filename="runtime/preparation.py"/>
<source>This PC does not compute this model rightly: its logits are too far from the reference. Run chorale models verify to check the files; if they are whole, tell the makers of Chorale.</source>
<translation>Dieser PC rechnet dieses Modell nicht richtig: Seine Logits weichen zu weit von der Referenz ab. chorale models verify prüft die Dateien; sind sie unversehrt, bitte den Entwicklern von Chorale melden.</translation>
</message>
<message>
<location filename="runtime/sampling.py"/>
<source>The model computed something that is no number. Try again; if it stays so, verify its files.</source>
<translation>Das Modell hat etwas berechnet, das keine Zahl ist. Erneut versuchen; falls es so bleibt, seine Dateien prüfen.</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>129 tokens</source>
<translation>129 Tokens</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>600 tokens and more, one by one</source>
<translation>600 Tokens und mehr, einzeln</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>600 tokens in chunks</source>
<translation>600 Tokens in Stücken</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>64 tokens</source>
<translation>64 Tokens</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>a second turn</source>
<translation>einer zweiten Runde</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>at one position in ten the logits differ by {1} of the largest or more (allowed {2})</source>
<translation>bei jeder zehnten Position weichen die Logits um mindestens {1} des größten ab (erlaubt {2})</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>at {1} the logits differ by {2} of the largest (allowed {3})</source>
<translation>bei {1} weichen die Logits um {2} des größten ab (erlaubt {3})</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>at {1} the probabilities differ by {2} nats (allowed {3})</source>
<translation>bei {1} weichen die Wahrscheinlichkeiten um {2} Nats ab (erlaubt {3})</translation>
</message>
<message>
<location filename="runtime/self_test.py"/>
<source>at {1}, {2} of {3} positions are not numbers</source>
<translation>bei {1} sind {2} von {3} Positionen keine Zahlen</translation>
</message>
<message>
<location filename="runtime/session/compute_device.py"/>
<source>{1} cannot be used: ONNX Runtime took {2} instead. Choose the device cpu.</source>
<translation>{1} lässt sich nicht verwenden: ONNX Runtime nahm stattdessen {2}. Das Gerät cpu wählen.</translation>
</message>
<message>
<location filename="runtime/session/cpu.py"/>
<source>ONNX Runtime could not load the model. The details below say why.</source>
<translation>ONNX Runtime konnte das Modell nicht laden. Die Einzelheiten unten sagen, warum.</translation>
</message>
<message>
<location filename="runtime/session/cpu.py"/>
<source>The model stopped with an error while computing.</source>
<translation>Das Modell hat beim Rechnen mit einem Fehler aufgehört.</translation>
</message>
<message>
<location filename="runtime/session/cpu.py"/>
<source>There is not enough memory for a conversation of {1} tokens. Close other programs, or start a new conversation.</source>
<translation>Der Arbeitsspeicher reicht nicht für eine Unterhaltung von {1} Tokens. Andere Programme schließen oder eine neue Unterhaltung beginnen.</translation>
</message>
<message>
<location filename="runtime/session/directml.py"/>
<source>The conversation needs {1} positions, the context has {2}.</source>
<translation>Die Unterhaltung braucht {1} Positionen, der Kontext hat {2}.</translation>
</message>
<message>
<location filename="runtime/tokenizer.py"/>
<source>{1} has no token {2}, so it is not the tokenizer of a gpt-oss model. Use the tokenizer.json that came with the model.</source>
<translation>In {1} fehlt das Token {2}; das ist also nicht der Tokenizer eines gpt-oss-Modells. Die tokenizer.json verwenden, die zum Modell gehört.</translation>
</message>
<message>
<location filename="runtime/tokenizer.py"/>
<source>{1} is not a byte-level tokenizer, so it is not that of a gpt-oss model.</source>
<translation>{1} ist kein Tokenizer auf Byte-Ebene, also nicht der eines gpt-oss-Modells.</translation>
</message>
<message>
<location filename="runtime/vocabulary.py"/>
<source>The model folder {1} has no {2}. Download the model again.</source>
<translation>Im Modellordner {1} fehlt {2}. Das Modell neu herunterladen.</translation>
</message>
<message>
<location filename="runtime/vocabulary.py"/>
<source>{1} cannot be read: {2}.</source>
<translation>{1} lässt sich nicht lesen: {2}.</translation>
</message>
<message>
<location filename="runtime/vocabulary.py"/>
<source>{1} is damaged: it is not a tokenizer. Download the model again.</source>
<translation>{1} ist beschädigt: Das ist kein Tokenizer. Das Modell neu herunterladen.</translation>
</message>
</context>
</TS>
