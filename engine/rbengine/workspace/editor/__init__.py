"""What an editor asks, in editor words: what is this, where is it from, what could stand here. No IO."""

from rbengine.workspace.editor.editor import Editor

__all__ = ["Editor"]
