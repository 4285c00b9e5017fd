using Microsoft.Extensions.ObjectPool;
using Microsoft.ML;

namespace WebApi;

/// <summary>Creates prediction engines over one loaded pipeline.</summary>
internal sealed class EnginePolicy : PooledObjectPolicy<PredictionEngine<Upload, Enlarged>>
{
    private readonly MLContext _context = new();
    private readonly ITransformer _transformer;

    public EnginePolicy(string pipeline) => _transformer = _context.Model.Load(pipeline, out _);

    public override PredictionEngine<Upload, Enlarged> Create() => _context.Model.CreatePredictionEngine<Upload, Enlarged>(_transformer);

    public override bool Return(PredictionEngine<Upload, Enlarged> engine) => true;
}
