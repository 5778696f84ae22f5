namespace GrantPortal.Web.Shared.Health;

/// <summary>
/// What machines ask: <c>/health/live</c> says that the process answers, <c>/health/ready</c> that it can do its work and takes requests.
/// </summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live" })).WithMetadata(new PermitAttribute(Permission.Public));
        routes.MapGet("/health/ready", ReadyAsync).WithMetadata(new PermitAttribute(Permission.Public));
    }

    private static async Task<IResult> ReadyAsync(Readiness readiness, Drain drain, CancellationToken cancel)
    {
        var answers = await Task.WhenAll(readiness.DatabaseAsync(cancel), readiness.StorageAsync(cancel), readiness.FilesAsync(cancel));
        var ready = answers.All(works => works) && !drain.Begun;
        return Results.Json(
            new { status = drain.Begun ? "draining" : ready ? "ready" : "unready", database = answers[0], storage = answers[1], files = answers[2] },
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }
}
