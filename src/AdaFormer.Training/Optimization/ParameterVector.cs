using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Optimization;

/// <summary>Parameters seen as one vector, so that a step is a few operations on a device and not a few hundred.</summary>
internal static class ParameterVector
{
    public static Tensor Values(IReadOnlyList<Parameter> parameters) => cat(parameters.Select(parameter => parameter.detach().flatten()).ToArray());

    /// <summary>The gradients, 0 where there is none.</summary>
    public static Tensor Gradients(IReadOnlyList<Parameter> parameters) =>
        cat(parameters.Select(parameter => (parameter.grad ?? zeros_like(parameter)).flatten()).ToArray());

    /// <summary>The parts of a vector in the parameters' shapes.</summary>
    public static IEnumerable<(Parameter Parameter, Tensor Part)> Split(Tensor vector, IReadOnlyList<Parameter> parameters)
    {
        var offset = 0L;
        foreach (var parameter in parameters)
        {
            yield return (parameter, vector.narrow(0, offset, parameter.numel()).view(parameter.shape));
            offset += parameter.numel();
        }
    }
}
