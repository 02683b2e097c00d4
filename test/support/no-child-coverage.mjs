// Coverage of the test process alone: a child that transforms the same sources reports offsets that do not merge.
delete process.env.NODE_V8_COVERAGE;
