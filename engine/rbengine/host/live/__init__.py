"""The live host: real clocks, real backends, people at their own pace."""
