// What the studio uses of CodeMirror 6, in one file.
export {EditorState, Compartment} from "@codemirror/state";
export {
  EditorView, keymap, lineNumbers, highlightActiveLine, highlightActiveLineGutter, drawSelection,
  highlightSpecialChars, placeholder,
} from "@codemirror/view";
export {defaultKeymap, history, historyKeymap} from "@codemirror/commands";
export {StreamLanguage, HighlightStyle, syntaxHighlighting, bracketMatching} from "@codemirror/language";
export {autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap, startCompletion} from "@codemirror/autocomplete";
export {searchKeymap, highlightSelectionMatches} from "@codemirror/search";
export {lintGutter, setDiagnostics, lintKeymap} from "@codemirror/lint";
export {tags} from "@lezer/highlight";
