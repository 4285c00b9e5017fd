using AdaFormer.Research.Ablations;
using AdaFormer.Training.Architectures.AdaFormer;
using AdaFormer.Training.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace AdaFormer.Research.Policies;

/// <summary>Base of the ablations' policies: the ablation decides which branches skip halted tokens, and scores are accumulated.</summary>
internal abstract class AblatedPolicy(Ablation ablation) : IHaltingPolicy
{
    public virtual nn.Module? Estimator => null;

    public abstract Tensor Estimate(int block, Tensor tokens, WindowPartition partition);

    public virtual Tensor Accumulate(Tensor scores, Tensor estimates) => scores + estimates.detach();

    public HaltingMask? Mask(Tensor scores, double threshold)
    {
        if (threshold == double.PositiveInfinity || ablation.Masks == HaltingMasks.None)
            return null;
        var windows = scores.mean([1]) < (float)threshold;
        return HaltingMask.Where(windows, (ablation.Branches, ablation.Masks) switch
        {
            (AttentionBranches.Local, _) => windows.unsqueeze(1).expand_as(scores),
            (_, HaltingMasks.Local) => ones_like(scores, dtype: ScalarType.Bool),
            _ => scores < (float)threshold,
        });
    }

    public virtual ITokenSum? BeginSum() => null;

    public virtual bool LearnsFromExits => false;

    public abstract Tensor Loss(NetworkOutput output, Tensor high, TrainingConfiguration configuration);
}
