using AdaFormer.Export.Onnx;

namespace AdaFormer.Export.Architectures;

/// <summary>How the encoder's and the decoder's residual blocks x + conv2(ReLU(conv1(x))) are computed.</summary>
internal interface IResidualBlocks
{
    /// <summary>Adds the blocks <c>name.0</c> to <c>name.(count − 1)</c>: (N, C, H, W) → (N, C, H, W), all float.</summary>
    Value Build(GraphBuilder graph, string name, Value x, int count);
}
