namespace AdaFormer.Export.Weights;

/// <summary>The weights that were found in a checkpoint.</summary>
/// <param name="Weights">The tensors, all float32, a <c>module.</c> before their names removed; and the metadata of a safetensors file.</param>
/// <param name="Format">The kind of file: <c>safetensors</c>, <c>PyTorch</c> or <c>PyTorch (before 1.6)</c>.</param>
/// <param name="Taken">Where in the file the weights were and what else lies beside them, such as <c>'params_ema', beside 'params'</c>.</param>
public sealed record ImportedCheckpoint(SafetensorsFile Weights, string Format, string Taken);
