namespace AdaFormer.Training;

/// <summary>A row of an ablation study: a run, and what it is called.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Title">What it departs in.</param>
/// <param name="Paper">What the paper reports for it; null: nothing.</param>
/// <param name="Configuration">How it is trained.</param>
public sealed record AblationRow(string Name, string Title, string? Paper, TrainingConfiguration Configuration);
