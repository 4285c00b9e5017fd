namespace AdaFormer.Farm.Tests;

/// <summary>Skips a test where s3rver is not installed.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequiresS3ServerAttribute : ConditionBaseAttribute
{
    public RequiresS3ServerAttribute() : base(ConditionMode.Include) => IgnoreMessage = "Needs an S3 server: npm install --global s3rver, or its path in ADAFORMER_S3RVER.";

    public override string GroupName => nameof(RequiresS3ServerAttribute);

    public override bool IsConditionMet => S3Server.Program is not null;
}
