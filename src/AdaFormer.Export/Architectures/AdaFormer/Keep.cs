using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>What is still worked on in a block.</summary>
/// <param name="Windows">Kept by the local branch: bool (windows).</param>
/// <param name="Tokens">Kept by the global branch: bool (tokens).</param>
/// <param name="TokensOutsideKeptWindows">Kept by the global branch alone, in windows that the local one halted: bool (tokens).</param>
/// <param name="Live">Kept by at least one of them: bool (tokens).</param>
/// <param name="Any">Whether any token is live: bool scalar.</param>
/// <param name="All">Whether both branches keep everything: bool scalar.</param>
internal readonly record struct Keep(Value Windows, Value Tokens, Value TokensOutsideKeptWindows, Value Live, Value Any, Value All);
