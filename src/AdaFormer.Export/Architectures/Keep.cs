using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>What is still worked on in a block.</summary>
/// <param name="Windows">Kept by the local branch: bool (windows).</param>
/// <param name="Tokens">Kept by the global branch: bool (tokens).</param>
/// <param name="Live">Kept by at least one of them: bool (tokens).</param>
/// <param name="AnyLive">Whether any token is live: bool scalar.</param>
internal readonly record struct Keep(Value Windows, Value Tokens, Value Live, Value AnyLive);
