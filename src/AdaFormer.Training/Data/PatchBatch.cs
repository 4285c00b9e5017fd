using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Training.Data;

/// <summary>The patches of an iteration, all in 0..1.</summary>
/// <param name="Low">What the network gets, (N, 3, P, P).</param>
/// <param name="High">The true pictures, (N, 3, sP, sP).</param>
internal sealed record PatchBatch(Tensor Low, Tensor High) : IDisposable
{
    /// <summary>What a teacher makes of the clean low-resolution pictures, (N, 3, sP, sP); null: there is no teacher.</summary>
    public Tensor? Teacher { get; init; }

    /// <summary>The same with every tensor changed.</summary>
    public PatchBatch Select(Func<Tensor, Tensor> change) =>
        new(change(Low), change(High)) { Teacher = Teacher is null ? null : change(Teacher) };

    /// <summary>Gives the tensors to a scope, which then disposes of them.</summary>
    public void AttachTo(DisposeScope scope)
    {
        scope.Attach(Low, High);
        if (Teacher is not null)
            scope.Attach(Teacher);
    }

    public void Dispose()
    {
        Low.Dispose();
        High.Dispose();
        Teacher?.Dispose();
    }
}
