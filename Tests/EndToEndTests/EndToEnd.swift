import Testing

/// The product as its users see it: real processes, real terminals, and clients that are not ours.
@Suite(.fewAtOnce) enum EndToEnd {}
