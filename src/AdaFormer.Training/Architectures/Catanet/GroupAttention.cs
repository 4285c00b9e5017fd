using AdaFormer.Export.Architectures.Catanet;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace AdaFormer.Training.Architectures.Catanet;

/// <summary>Attention of the tokens of a group to themselves, the next group, and the token centres (IASA and IRCA).</summary>
internal sealed class GroupAttention : nn.Module<Tensor, TokenGroups, (Tensor Keys, Tensor Values), Tensor>
{
    private readonly Linear to_q;
    private readonly Linear to_k;
    private readonly Linear to_v;
    private readonly Linear proj;

    public GroupAttention(CatanetSizes c) : base(nameof(GroupAttention))
    {
        to_q = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_k = nn.Linear(c.Channels, c.QueryChannels, hasBias: false);
        to_v = nn.Linear(c.Channels, c.Channels, hasBias: false);
        proj = nn.Linear(c.Channels, c.Channels, hasBias: false);
        RegisterComponents();
    }

    /// <param name="tokens">(N, T, C).</param>
    /// <param name="groups">Their groups.</param>
    /// <param name="centers">The centres' keys and values, (M, ·).</param>
    /// <returns>(N, T, C).</returns>
    public override Tensor forward(Tensor tokens, TokenGroups groups, (Tensor Keys, Tensor Values) centers)
    {
        var queries = groups.Groups(to_q.forward(tokens));                                  // (N·S, G, ·)
        var within = HeadAttention.Of(queries, groups.GroupsWithNext(to_k.forward(tokens)), groups.GroupsWithNext(to_v.forward(tokens)));
        var all = queries.flatten(0, 1).unsqueeze(0);                                       // (1, N·S·G, ·)
        var toCenters = HeadAttention.Of(all, centers.Keys.unsqueeze(0), centers.Values.unsqueeze(0)).view(within.shape);
        return proj.forward(groups.Unsorted(within + toCenters));
    }
}

/// <summary>CATANet's attention of four heads.</summary>
internal static class HeadAttention
{
    /// <param name="queries">(B, Q, ·).</param>
    /// <param name="keys">(B, K, ·).</param>
    /// <param name="values">(B, K, C).</param>
    /// <returns>(B, Q, C).</returns>
    public static Tensor Of(Tensor queries, Tensor keys, Tensor values) =>
        AttentionHeads.Attend(Heads(queries), Heads(keys), Heads(values), _ => null);

    private static Tensor[] Heads(Tensor rows) => rows.split(rows.shape[^1] / CatanetSizes.Heads, -1);
}
