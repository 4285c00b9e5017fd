namespace AdaFormer.Training;

/// <summary>What the network's pictures are compared by.</summary>
public enum PixelLoss
{
    /// <summary>The mean absolute difference, whose optimum is the median of what a pixel may be.</summary>
    L1,

    /// <summary>The mean squared difference, whose optimum is the mean, and with it the highest PSNR.</summary>
    L2,
}
