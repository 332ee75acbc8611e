// What a text is written on: CodeMirror with our keys and colours, under the page's policy.

import * as cm from "./codemirror/codemirror.js";
import {looks} from "./looks.js";

// Left to itself, Chromium dresses what is typed over a selection in an inline style, which the
// page's policy forbids; so the editor replaces the selection.
function typedOver(event, editor) {
  const {from, to, empty} = editor.state.selection.main;
  if (event.inputType !== "insertText" || !event.data || empty || editor.composing) return false;
  const replaced = () => editor.state.update(
    editor.state.replaceSelection(event.data), {userEvent: "input.type", scrollIntoView: true});
  const handlers = editor.state.facet(cm.EditorView.inputHandler);
  if (!handlers.some((each) => each(editor, from, to, event.data, replaced))) editor.dispatch(replaced());
  event.preventDefault();
  return true;
}

/** An editor inside `parent`; `changed` is called after each change. */
export function paper({parent, text, label, nonce, language, changed, more = []}) {
  return new cm.EditorView({
    parent,
    state: cm.EditorState.create({
      doc: text,
      extensions: [
        cm.EditorView.cspNonce.of(nonce),
        cm.lineNumbers(), cm.highlightActiveLine(), cm.highlightActiveLineGutter(),
        cm.highlightSpecialChars(), cm.drawSelection(), cm.history(), cm.bracketMatching(),
        cm.closeBrackets(), cm.highlightSelectionMatches(), cm.lintGutter(),
        cm.EditorView.lineWrapping,
        cm.EditorView.domEventHandlers({beforeinput: typedOver}),
        cm.EditorView.contentAttributes.of({"aria-label": label, spellcheck: "true"}),
        language, looks, more,
        cm.keymap.of([
          ...cm.closeBracketsKeymap, ...cm.defaultKeymap, ...cm.searchKeymap,
          ...cm.historyKeymap, ...cm.completionKeymap, ...cm.lintKeymap,
        ]),
        cm.EditorView.updateListener.of((update) => update.docChanged && changed()),
      ],
    }),
  });
}
