namespace AdaFormer.Farm.Tests;

/// <summary>Skips a test where RabbitMQ is not installed.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
internal sealed class RequiresBrokerAttribute : ConditionBaseAttribute
{
    public RequiresBrokerAttribute() : base(ConditionMode.Include) => IgnoreMessage = "Needs RabbitMQ: apt-get install rabbitmq-server.";

    public override string GroupName => nameof(RequiresBrokerAttribute);

    public override bool IsConditionMet => Broker.Program is not null;
}
