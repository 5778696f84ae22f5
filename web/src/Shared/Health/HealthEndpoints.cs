using Azure.Storage.Blobs;
using Dapper;
using GrantPortal.Data;

namespace GrantPortal.Web.Shared.Health;

/// <summary>
/// What machines ask: <c>/health/live</c> says that the process answers, <c>/health/ready</c> that it can do its work and takes requests.
/// </summary>
public static class HealthEndpoints
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health/live", () => Results.Json(new { status = "live" })).WithMetadata(new PermitAttribute(Permission.Public));
        routes.MapGet("/health/ready", ReadyAsync).WithMetadata(new PermitAttribute(Permission.Public));
    }

    private static async Task<IResult> ReadyAsync(Database database, BlobContainerClient container, Drain drain, CancellationToken cancel)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        deadline.CancelAfter(Patience);
        var answers = await Task.WhenAll(WorksAsync(() => AskAsync(database, deadline.Token)), WorksAsync(() => container.GetPropertiesAsync(cancellationToken: deadline.Token)));
        var ready = answers.All(works => works) && !drain.Begun;
        return Results.Json(
            new { status = drain.Begun ? "draining" : ready ? "ready" : "unready", database = answers[0], storage = answers[1] },
            statusCode: ready ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
    }

    private static async Task AskAsync(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync(new CommandDefinition("select 1", cancellationToken: cancel));
    }

    private static async Task<bool> WorksAsync(Func<Task> ask)
    {
        try
        {
            await ask();
            return true;
        }
#pragma warning disable CA1031 // Whatever it is: the answer is no.
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }
}
