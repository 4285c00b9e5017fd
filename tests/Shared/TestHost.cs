using System.Reflection;
using Microsoft.Testing.Platform.Builder;

namespace AdaFormer.Tests;

/// <summary>For test assemblies that tests also start as a process of its own, with <see cref="FreshProcess"/> as its first argument: runs the tests otherwise.</summary>
internal static class TestHost
{
    public const string FreshProcess = "fresh-process";

    public static async Task<int> RunAsync(string[] args)
    {
        var builder = await TestApplication.CreateBuilderAsync(args);
        builder.AddMSTest(() => [Assembly.GetExecutingAssembly()]);
        using var application = await builder.BuildAsync();
        return await application.RunAsync();
    }
}
