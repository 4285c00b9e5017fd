namespace AdaFormer.Evaluation;

/// <summary>Scores of one picture, or averages over a folder.</summary>
/// <param name="Name">The file's name, or <c>average</c>.</param>
/// <param name="PsnrY">PSNR on Y in dB.</param>
/// <param name="SsimY">SSIM on Y.</param>
/// <param name="BicubicPsnrY">PSNR on Y in dB of MATLAB's bicubic interpolation.</param>
/// <param name="BicubicSsimY">SSIM on Y of MATLAB's bicubic interpolation.</param>
/// <param name="HaltedShare">Share of the blocks' work, tokens times blocks, that halting saved.</param>
/// <param name="HaltedLastBlock">Share of the tokens that had left before the last block.</param>
/// <param name="HaltedByBlock">For every block, the share of the tokens that had left before it.</param>
/// <param name="Seconds">Time of the upscaling.</param>
public sealed record PictureScore(
    string Name,
    double PsnrY,
    double SsimY,
    double BicubicPsnrY,
    double BicubicSsimY,
    double HaltedShare,
    double HaltedLastBlock,
    IReadOnlyList<double> HaltedByBlock,
    double Seconds);

/// <summary>Scores of a folder of pictures.</summary>
/// <param name="Images">Each picture, by name.</param>
/// <param name="Average">The mean of each score.</param>
public sealed record EvaluationReport(IReadOnlyList<PictureScore> Images, PictureScore Average);
