using System.Runtime.CompilerServices;

namespace AdaFormer.Training.Tests;

/// <summary>Some tests touch TorchSharp before anything of the library, which prepares for it.</summary>
internal static class NativeLibrary
{
    [ModuleInitializer]
    internal static void Prepare() => RuntimeHelpers.RunModuleConstructor(typeof(Trainer).Module.ModuleHandle);
}
