using GrantPortal.Data;
using GrantPortal.Data.Applications;
using GrantPortal.Domain;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Web.Features.Applications;
using GrantPortal.Web.Features.Documents;

namespace GrantPortal.Web.Features.Reviews;

/// <summary>One of several cases to be granted together.</summary>
/// <param name="Seen">The version the approver saw; none other is granted.</param>
/// <param name="Application">Null: not there, or not to be seen by this person.</param>
/// <param name="Amount">交付額: what the first review recommends, yen; null where it recommends none.</param>
/// <param name="Reason">The first review's words where it recommends less than was applied for: the applicant is told.</param>
/// <param name="Against">Why it cannot be granted; null: it can be, or has been.</param>
/// <param name="IsDone">Granted, by this person, from exactly the version they saw.</param>
public sealed record BatchCase(Guid Id, int Seen, Application? Application, string Name, Yen? Amount, string? Reason, string? Against, bool IsDone = false)
{
    public string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Id}:{Seen}");
}

/// <summary>
/// 交付決定する for many at once: each as the first review recommends it, each by itself and with its own result. One that fails stops no other; sent again, what was granted is found
/// granted and nothing happens twice. Refusals are decided one by one: the applicant is told words that somebody has to choose.
/// </summary>
public sealed class DecideBatch(Database database, TimeProvider clock, DecideApplication decide, DocumentAccess documents)
{
    private const string NotThere = "この案件は見つかりません。";
    private const string Stale = "選んだあとに別の操作で更新されたため、決定していません。案件を開き、最新の内容をご確認ください。";

    /// <summary>What would happen, without doing it. The budget is asked for each by itself here, and counted for all when it is done.</summary>
    public async Task<IReadOnlyList<BatchCase>> LookAsync(IReadOnlyList<(Guid Id, int Version)> cases, Actor approver, CancellationToken cancel)
    {
        var found = new List<BatchCase>();
        foreach (var (id, seen) in cases) found.Add(await FindAsync(id, seen, approver, cancel));
        return found;
    }

    /// <summary>Grants them in the order given. Goes on to the end once begun, whoever still listens: what was sent is what is done.</summary>
    public async Task<IReadOnlyList<BatchCase>> RunAsync(IReadOnlyList<(Guid Id, int Version)> cases, Actor approver)
    {
        var results = new List<BatchCase>();
        foreach (var (id, seen) in cases)
        {
            var one = await FindAsync(id, seen, approver, CancellationToken.None);
            results.Add(one is { Against: null, IsDone: false, Amount: { } amount } ? await GrantAsync(one, amount, approver) : one);
        }
        return results;
    }

    private async Task<BatchCase> GrantAsync(BatchCase one, Yen amount, Actor approver) =>
        await decide.GrantAsync(one.Id, one.Seen, amount, one.Reason, approver, CancellationToken.None) switch
        {
            CommandResult.Done done => one with { Application = done.Application, IsDone = true },
            CommandResult.Refused refused => one with { Against = refused.Reason.Code == RefusalCode.Stale ? Stale : refused.Reason.Message },
            _ => one with { Against = NotThere },
        };

    private async Task<BatchCase> FindAsync(Guid id, int seen, Actor approver, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        if (await DossierStore.LoadAsync(connection, id, approver, now) is not { } dossier) return new BatchCase(id, seen, null, "", null, null, NotThere);
        var application = dossier.Application;
        var reads = new RoundTrip(connection);
        var (past, latest) = (reads.Ask(ApplicationQueries.History(id)), reads.Ask(ApplicationQueries.Version(id, application.Submissions)));
        await reads.SendAsync(cancel);
        var (history, name) = (past.Value, latest.Value?.Content.Name ?? "");
        var review = history.LastOrDefault(e => e.Kind == EventKind.Reviewed);
        var amount = review is { Recommendation: Verdict.Grant, AmountYen: { } yen } ? new Yen(yen) : (Yen?)null;
        var reason = amount < application.Applied ? review?.Reason : null;
        var one = new BatchCase(id, seen, application, name, amount, reason, Against: null);
        if (application is { Status: Status.Granted } && application.Version == seen + 1 && history.LastOrDefault(e => e.Kind == EventKind.Granted)?.ActorId == approver.UserId)
            return one with { IsDone = true, Amount = application.Granted };
        if (application.Version != seen) return one with { Against = Stale };
        if (application.Status == Status.AwaitingDecision && amount is null)
            return one with { Against = "一次審査の結果が「不交付」です。申請者に伝える理由を確かめて、1件ずつ決裁してください。" };
        return application.Grant(amount ?? application.Applied, reason, dossier.Year, dossier.Budget, approver, now).Unless(documents.Against(dossier)) is Outcome.Refused refused
            ? one with { Against = refused.Reason.Message }
            : one;
    }
}
