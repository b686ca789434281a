package import CutoverScreen

/// Draws everything that the dashboard shows, whatever the size of the buffer.
package func draw(_ model: DashboardModel, into buffer: inout Buffer) {
    buffer.fill(buffer.bounds)
    let glyphs = model.glyphs
    if Layout(buffer.size) == .lines {
        LinesView(model: model).draw(in: buffer.bounds, into: &buffer)
    } else {
        let (header, belowHeader) = buffer.bounds.cut(top: 1)
        let (keys, aboveKeys) = belowHeader.cut(bottom: 1)
        let (message, middle) = aboveKeys.cut(bottom: 1)
        HeaderView(model: model).draw(in: header, into: &buffer)
        let banner = BannerView(model: model)
        let bannerRows = banner.rowCount(limit: BannerView.limit(Layout(buffer.size)))
        let (top, body) = middle.cut(top: bannerRows)
        banner.draw(in: top, into: &buffer)
        drawPage(of: model, in: body, into: &buffer)
        MessageRow(model: model).draw(in: message, into: &buffer)
        KeyHintRow(model: model).draw(in: keys, into: &buffer)
    }
    switch model.modal {
    case .confirmation(let confirmation):
        ConfirmationView(confirmation: confirmation, model: model).draw(into: &buffer)
    case .quit(let question):
        QuitView(question: question, model: model).draw(into: &buffer)
    case .deploy(let form):
        DeployFormView(form: form, model: model).draw(into: &buffer)
    case .themes(let picker):
        ThemePickerView(picker: picker, glyphs: glyphs).draw(into: &buffer)
    case .filter, nil:
        break
    }
}

private func drawPage(of model: DashboardModel, in rect: Rect, into buffer: inout Buffer) {
    switch model.page {
    case .overview:
        OverviewView(model: model, layout: Layout(buffer.size)).draw(in: rect, into: &buffer)
    case .help(let scroll):
        HelpPage(model: model, scroll: scroll).draw(in: rect, into: &buffer)
    case .events(let scope, let scroll):
        EventsPage(model: model, scope: scope, scroll: scroll).draw(in: rect, into: &buffer)
    case .instance(let scroll):
        InstancePage(model: model, scroll: scroll).draw(in: rect, into: &buffer)
    case .log(let scroll):
        LogPage(model: model, scroll: scroll).draw(in: rect, into: &buffer)
    }
}
