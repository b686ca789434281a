import CutoverScreen

/// The list of themes; the screen behind it already shows the chosen one.
struct ThemePickerView {
    let picker: ThemePicker
    let glyphs: Glyphs

    func draw(into buffer: inout Buffer) {
        let isNarrow = buffer.columns < 50
        let room = max(buffer.rows - 5, 1)
        let index = picker.names.firstIndex(of: picker.chosen) ?? 0
        let first = min(index / room * room, max(picker.names.count - room, 0))
        let names = picker.names.dropFirst(first).prefix(room).map { name in
            Line("\(name == picker.chosen ? glyphs.cursor : " ") \(name.safeName)")
        }
        DialogBox(
            title: "THEME",
            facts: Array(names),
            answers: [
                Line(
                    isNarrow
                        ? "enter keeps, esc goes back" : "j k choose, enter keeps, esc goes back."
                )
            ],
            role: .dialog,
            glyphs: glyphs
        ).draw(into: &buffer)
    }
}
