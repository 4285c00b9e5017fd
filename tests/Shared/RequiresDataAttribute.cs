namespace AdaFormer.Tests;

/// <summary>Skips a test where <see cref="TestData.Folder"/> is missing.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequiresDataAttribute : ConditionBaseAttribute
{
    public RequiresDataAttribute() : base(ConditionMode.Include) => IgnoreMessage = "Needs the benchmark pictures: set ADAFORMER_DATA to their folder.";

    public override string GroupName => nameof(RequiresDataAttribute);

    public override bool IsConditionMet => TestData.Folder is not null;
}
