using AdaFormer.Files;

namespace AdaFormer.Farm.Tests;

/// <summary>What tests share whose workers are in their own process: the models, and what the workers told.</summary>
public abstract class FarmInProcessFixture : FarmFixture
{
    protected static readonly FarmWorkerOptions UntilIdle = new() { Idle = TimeSpan.FromSeconds(1) };

    protected ModelSelector Models { get; } = ModelSelector.LoadBuiltIn(new ModelOptions { Threads = 1 });

    protected List<FarmEvent> Told { get; } = [];

    public override void Dispose()
    {
        Models.Dispose();
        base.Dispose();
        GC.SuppressFinalize(this);
    }
}
