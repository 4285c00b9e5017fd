using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Network;

/// <summary>The MLP of a block: <c>fc2(GELU(fc1(x)))</c> with the exact GELU (Eq. 14).</summary>
internal sealed class FeedForward : nn.Module<Tensor, Tensor>
{
    private readonly Linear fc1;
    private readonly Linear fc2;

    public FeedForward(int embed, int hidden) : base(nameof(FeedForward))
    {
        fc1 = nn.Linear(embed, hidden);
        fc2 = nn.Linear(hidden, embed);
        RegisterComponents();
    }

    public override Tensor forward(Tensor tokens) => fc2.forward(nn.functional.gelu(fc1.forward(tokens)));
}
