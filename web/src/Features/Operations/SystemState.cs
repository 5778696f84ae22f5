using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Dapper;
using GrantPortal.Data;
using GrantPortal.Data.Audit;
using GrantPortal.Data.Documents;
using GrantPortal.Data.Jobs;
using GrantPortal.Domain;
using GrantPortal.Web.Features.Documents;
using GrantPortal.Web.Features.GbizId;
using GrantPortal.Web.Features.Letters;
using GrantPortal.Web.Shared.Clock;
using GrantPortal.Web.Shared.Health;
using GrantPortal.Web.Shared.Jobs;
using GrantPortal.Web.Shared.Limits;
using GrantPortal.Web.Shared.Security;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GrantPortal.Web.Features.Operations;

/// <summary>How something stands.</summary>
public enum StateLevel
{
    /// <summary>正常.</summary>
    Ok,

    /// <summary>要確認: it works, and somebody should know.</summary>
    Look,

    /// <summary>異常: something does not work.</summary>
    Bad,
}

/// <summary>One thing with how it stands, in words that say what to do. Never a secret, an address of a server or a path.</summary>
public sealed record StateItem(string Name, StateLevel Level, string Words);

/// <summary>What belongs together.</summary>
public sealed record StateGroup(string Heading, IReadOnlyList<StateItem> Items);

/// <summary>The system as this instance sees it.</summary>
/// <param name="At">By the portal's clock.</param>
public sealed record StatePage(IReadOnlyList<StateGroup> Groups, DateTimeOffset At)
{
    public StateLevel Worst => Groups.SelectMany(g => g.Items).Max(i => i.Level);

    public int Count(StateLevel level) => Groups.SelectMany(g => g.Items).Count(i => i.Level == level);
}

/// <summary>
/// Looks at everything the portal works with, each for a few seconds at most and all at the same time. What does not answer is said to be so; the page itself
/// needs the database alone.
/// </summary>
public sealed class SystemState(
    Database database, Readiness readiness, MailSender mail, PdfPrinter printer, PortalClock portalClock, TimeProvider clock, IConfiguration configuration, Drain drain,
    IOptions<LetterOptions> letters, IOptions<GbizIdOptions> gbiz, IOptions<JobOptions> jobs, IOptions<LimitOptions> limits,
    IMalwareScanner scanner, IOptions<ScannerOptions> scannerOptions, DocumentAccess documents)
{
    private static readonly TimeSpan LateJob = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan StuckJob = TimeSpan.FromHours(1);
    private const int MostShownFaults = 20;
    private const int MostCountedFaults = 1000;
    private static readonly TimeSpan OldReconcile = TimeSpan.FromDays(3);
    private static readonly TimeSpan ClocksDiffer = TimeSpan.FromSeconds(5);

    public async Task<StatePage> ReadAsync(CancellationToken cancel)
    {
        var storage = readiness.StorageAsync(cancel);
        var server = Readiness.WorksAsync(mail.ReachAsync, cancel);
        var scanning = scannerOptions.Value.IsOn ? Readiness.WorksAsync(scanner.ReachAsync, cancel) : Task.FromResult(false);
        var now = clock.GetUtcNow();
        await using var connection = await database.OpenAsync(cancel);
        var reads = new RoundTrip(connection);
        var (itself, kinds) = (reads.Ask(Query.The<DatabaseRow>("select current_setting('server_version') as version, clock_timestamp() as now")), reads.Ask(JobOverview.Kinds(now)));
        var sweeps = Enumerable.Range(0, 3).Select(back => JapanTime.DateOf(now).AddDays(-back)).Select(day => (Day: day, Jobs: reads.Ask(JobOverview.Day(OrphanSweep.KeysOf(day))))).ToList();
        var reconciled = reads.Ask(AuditLog.Last(ReconcileCommand.ObjectKind, ReconcileCommand.ObjectId));
        var (checks, read) = (reads.Ask(DocumentChecks.State()), reads.Ask(FileRounds.AllReadSince()));
        var (faults, shown) = (reads.Ask(FileFaults.Count(MostCountedFaults)), reads.Ask(FileFaults.OfOpen(MostShownFaults)));
        await reads.SendAsync(cancel);
        StateGroup[] groups =
        [
            new("保存と通信", [.. Server(itself.Value), await MigrationsAsync(connection, cancel), Storage(await storage), Mail(await server)]),
            new("処理", [.. Jobs(kinds.Value, now), Printer()]),
            new("書類の検査", [.. Documents(checks.Value, now, await scanning)]),
            new("ファイルの点検", [Sweep(sweeps.Select(s => (s.Day, s.Jobs.Value))), .. Reconcile(reconciled.Value, read.Value, faults.Value, shown.Value, now)]),
            new("設定", [Clock(now), KeyRing(), Gbiz(), .. Proxies()]),
            new("利用回数の制限", [.. Limits()]),
            new("この版", [.. Version()]),
        ];
        return new StatePage(groups, now);
    }

    private static IEnumerable<StateItem> Server(DatabaseRow row)
    {
        yield return new("データベース", StateLevel.Ok, $"接続できます。PostgreSQL {row.Version.Split(' ')[0]}");
        var differs = (row.Now - TimeProvider.System.GetUtcNow()).Duration();
        if (differs > ClocksDiffer) yield return new("サーバーの時刻", StateLevel.Look, $"データベースとこのサーバーの時刻が{differs.TotalSeconds:0}秒ずれています。時刻の同期を確認してください。");
    }

    /// <summary>Those this version was built with, against those the database had.</summary>
    private static async Task<StateItem> MigrationsAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var expected = (Metadata("Migrations") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(name => name.Split('_')[0]).ToList();
        try
        {
            var applied = (await connection.QueryAsync<string>(new CommandDefinition("select version from schema_migrations", cancellationToken: cancel))).ToHashSet(StringComparer.Ordinal);
            var missing = expected.Where(version => !applied.Contains(version)).Order(StringComparer.Ordinal).ToList();
            if (missing.Count > 0) return new("データベースの更新", StateLevel.Bad, $"この版に必要な更新が適用されていません：{string.Join('、', missing)}。マイグレーションを実行してください。");
            var newer = applied.Except(expected).Order(StringComparer.Ordinal).ToList();
            return newer.Count > 0
                ? new("データベースの更新", StateLevel.Look, $"この版より新しい更新が適用されています：{string.Join('、', newer)}。版の入れ替え中でなければ、このサーバーの版を確認してください。")
                : new("データベースの更新", StateLevel.Ok, $"{applied.Count}件すべて適用済みです（最新 {applied.Max(StringComparer.Ordinal)}）。");
        }
        catch (PostgresException exception) when (exception.SqlState is PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InsufficientPrivilege)
        {
            return new("データベースの更新", StateLevel.Look, "適用状況を読み取れません。マイグレーションの記録を確認してください。");
        }
    }

    private static StateItem Storage(bool works) => works
        ? new("ファイルの保存先", StateLevel.Ok, "接続できます。")
        : new("ファイルの保存先", StateLevel.Bad, "応答がありません。書類の登録と表示、通知書のPDF作成ができません。保存先の稼働と接続設定を確認してください。");

    private static StateItem Mail(bool works) => works
        ? new("メールサーバー", StateLevel.Ok, "接続できます。")
        : new("メールサーバー", StateLevel.Bad, "応答がありません。メールは待ち、復旧すると自動で送られます。約17時間続くと中止になり、「処理の状況」から再開できます。");

    private IReadOnlyList<StateItem> Jobs(IReadOnlyList<JobKindState> all, DateTimeOffset now)
    {
        // What waits for the day's mail waits on purpose, and what waits for the scanner is said beside it.
        var kinds = all.Where(k => k.Kind is not (Data.Jobs.Mail.DigestKind or ScanDocumentJob.JobKind)).ToList();
        var dead = kinds.Sum(k => k.Dead);
        var oldest = kinds.Min(k => k.Oldest);
        var age = oldest is { } since ? now - since : TimeSpan.Zero;
        return
        [
            new("待っている処理", age > StuckJob ? StateLevel.Bad : age > LateJob ? StateLevel.Look : StateLevel.Ok,
                $"{JobWords.Count(kinds.Sum(k => k.Waiting))}{(oldest is null ? "" : $"（最も古いものは{JobWords.Age(age)}前から）")}。{(age > LateJob ? "処理が遅れています。「処理の状況」で種類を確認してください。" : "")}"),
            new("中止した処理", dead > 0 ? StateLevel.Look : StateLevel.Ok, dead > 0 ? $"{JobWords.Count(dead)}。「処理の状況」で原因を確認し、もう一度実行してください。" : "ありません。"),
            new("このサーバーの処理", StateLevel.Ok, jobs.Value.Poll ? $"同時に{jobs.Value.AtOnce}件まで実行します。" : "画面だけを担当し、処理はほかのサーバーが実行します。"),
            .. drain.Begun ? new[] { new StateItem("停止の準備", StateLevel.Look, "このサーバーは停止の準備に入っています。") } : [],
        ];
    }

    private StateItem Printer() => (letters.Value.Print, printer.IsThere) switch
    {
        (false, _) => new("通知書の印刷", StateLevel.Ok, "このサーバーでは作成しません。ほかのサーバーが作成します。"),
        (true, true) => new("通知書の印刷", StateLevel.Ok, "Chromiumがあります。"),
        _ => new("通知書の印刷", StateLevel.Bad, "Chromiumが見つかりません。通知書は画面では読めますが、PDFは作成されません。Chromiumを入れるか、作成しない設定にしてください。"),
    };

    private IReadOnlyList<StateItem> Documents(DocumentCheckState state, DateTimeOffset now, bool scanning)
    {
        var late = scannerOptions.Value.IsOn && state.Oldest is { } oldest && now - oldest > LateJob;
        return
        [
            (scannerOptions.Value.IsOn, scanning) switch
            {
                (false, _) => new("ウイルス検査", StateLevel.Look, "検査するサーバー（clamd）を設定していません。書類のウイルス検査は行われず、設定すると待っている書類から順に検査します。"),
                (_, false) => new("ウイルス検査", StateLevel.Bad, "検査するサーバー（clamd）の応答がありません。書類は待ち、復旧すると自動で検査します。"),
                _ => new("ウイルス検査", StateLevel.Ok, "検査するサーバー（clamd）に接続できます。"),
            },
            new("検査を待つ書類", late ? StateLevel.Look : StateLevel.Ok,
                $"内容の検査 {JobWords.Count(state.Inspecting)}、ウイルス検査 {JobWords.Count(state.Scanning)}{(state.Oldest is { } since ? $"（最も古いものは{JobWords.Age(now - since)}前から）" : "")}。"),
            new("隔離した書類", state.Infected > 0 ? StateLevel.Look : StateLevel.Ok, state.Infected > 0 ? $"{JobWords.Count(state.Infected)}。申請者と担当者に知らせています。" : "ありません。"),
            documents.OpenUnchecked
                ? new("検査前の書類", StateLevel.Look, "検査が終わっていない書類も、審査で開き、交付決定できる設定です（Documents:OpenUnchecked）。本番では解除してください。")
                : new("検査前の書類", StateLevel.Ok, "検査が終わるまで、審査では開けません。"),
            .. DocumentTools.All.Where(tool => !tool.IsThere).Select(tool =>
                new StateItem($"プログラム {tool.Name}", StateLevel.Look, $"見つかりません。このサーバーでは{tool.Without}ができません。Debianのパッケージ {tool.Package} を入れてください。")),
        ];
    }

    /// <summary>By the keys of the day's jobs: the day's own and one for each first digit of the blobs' names.</summary>
    private static StateItem Sweep(IEnumerable<(DateOnly Day, DayOfJobs? Jobs)> days)
    {
        const string Name = "不要なファイルの削除";
        foreach (var (day, jobs) in days)
        {
            var keys = OrphanSweep.KeysOf(day);
            if (jobs is not { } sweep || (sweep.Done == 0 && sweep.Dead == 0)) continue;
            var words = string.Create(CultureInfo.InvariantCulture, $"{day:yyyy年M月d日}の分：{keys.Count}件のうち{sweep.Done}件完了");
            return sweep.Dead > 0 ? new(Name, StateLevel.Bad, $"{words}、{sweep.Dead}件中止。「処理の状況」で原因を確認してください。")
                : sweep.Done < keys.Count ? new(Name, StateLevel.Look, $"{words}（実行中）。")
                : new(Name, StateLevel.Ok, $"{words}。");
        }
        return new(Name, StateLevel.Look, "この3日間の記録がありません。毎日3時以降に実行します。処理を実行するサーバーが動いているか確認してください。");
    }

    /// <summary>How the last comparison ended, how far the reading of hashes is, and each file that is missing or altered.</summary>
    private static IReadOnlyList<StateItem> Reconcile(PastAct? past, DateTimeOffset? read, int count, IReadOnlyList<OpenFault> open, DateTimeOffset now)
    {
        const string Name = "データベースとファイルの照合";
        var items = new List<StateItem>();
        if (past is { } last)
        {
            var found = JsonSerializer.Deserialize<ReconcileResult>(last.Detail ?? "{}", JsonSerializerOptions.Web) ?? ReconcileResult.Nothing;
            var words = string.Create(CultureInfo.InvariantCulture,
                $"{JapanTime.At(last.At):yyyy年M月d日 H:mm}に実行。ファイル{found.Files:#,0}件、見つからない {found.Missing:#,0}件、大きさが違う {found.Differing:#,0}件、内容が違う {found.Altered:#,0}件（内容を読んだもの {found.Hashed:#,0}件）、記録のないファイル {found.Orphans:#,0}件。");
            items.Add(now - last.At > OldReconcile ? new(Name, StateLevel.Look, $"{words}3日以上たっています。毎日4時以降に実行します。") : new(Name, StateLevel.Ok, words));
        }
        else
        {
            items.Add(new(Name, StateLevel.Look, "まだ実行していません。毎日4時以降に実行します。コマンド reconcile でも照合できます。"));
        }
        items.Add(new("内容（SHA-256）の照合", StateLevel.Ok, read is { } since
            ? string.Create(CultureInfo.InvariantCulture, $"{JapanTime.At(since):yyyy年M月d日}までに、すべてのファイルの内容を一度は確かめました。毎晩、続きを確かめます。")
            : "毎晩、続きから一部ずつ確かめています。すべてを一度に確かめるには、コマンド reconcile --hashes を実行してください。"));
        if (count == 0) return items;
        items.Add(new("失われた、または変わったファイル", StateLevel.Bad,
            $"{count:#,0}件{(count == MostCountedFaults ? "以上" : "")}。控えから戻し、照合を実行してください。元どおりになると、この表示は消えます。{(count > MostShownFaults ? $"はじめの{MostShownFaults}件を下に示します。" : "")}"));
        items.AddRange(open.Select(FaultItem));
        return items;
    }

    private static StateItem FaultItem(OpenFault fault)
    {
        var whose = fault.OwnerKind switch { "document" => "書類", "view" => "書類の表示用の画像", "letter" => "通知書", "office-import" => "公開情報の取込", _ => "ファイル" };
        var what = fault.Fault switch { FileFault.Missing => "見つかりません", FileFault.Resized => "大きさが違います", _ => "内容が違います" };
        var since = string.Create(CultureInfo.InvariantCulture, $"{JapanTime.At(fault.FoundAt):yyyy年M月d日 H:mm}");
        return new(
            fault.ReceiptNumber is { } number ? $"受付番号 {number} の{whose}" : fault.ApplicationId is null ? whose : $"下書きの{whose}",
            fault.AcceptedAt is null ? StateLevel.Bad : StateLevel.Look,
            $"ファイル {fault.FileId} が{what}（{since}から）。{(fault.AcceptedAt is null ? "" : "失われたものとして確認済みです。")}");
    }

    private StateItem Clock(DateTimeOffset now) => portalClock.StartedAt is { } start
        ? new("ポータルの時計", StateLevel.Look, string.Create(CultureInfo.InvariantCulture, $"実際の時刻ではありません。{JapanTime.At(start):yyyy年M月d日 H:mm}から始めています。いまは{JapanTime.At(now):yyyy年M月d日 H:mm}です。"))
        : new("ポータルの時計", StateLevel.Ok, string.Create(CultureInfo.InvariantCulture, $"実際の時刻です（{JapanTime.At(now):yyyy年M月d日 H:mm}）。"));

    private StateItem KeyRing() => string.IsNullOrEmpty((configuration.GetSection(KeyRingOptions.Section).Get<KeyRingOptions>() ?? new KeyRingOptions()).CertificatePath)
        ? new("口座番号などを守る鍵", StateLevel.Look, "証明書を設定していません。データベースの控えだけで口座番号を読み取れます。証明書を設定してください。")
        : new("口座番号などを守る鍵", StateLevel.Ok, "証明書で保護しています。");

    private StateItem Gbiz() => new("GビズID", StateLevel.Ok, gbiz.Value.IsOn ? "設定しています。ログインの画面に表示します。" : "設定していません。ログインの画面には表示しません。");

    private IReadOnlyList<StateItem> Proxies() =>
    [
        new("経由するサーバー", StateLevel.Ok, configuration.GetSection("Proxies:Known").Get<string[]>() is { Length: > 0 and var count }
            ? $"{count}件を信頼しています。接続元のアドレスは、その先のものを使います。"
            : "設定していません。接続元のアドレスは、直接つないできた相手のものです。"),
    ];

    private StateItem[] Limits()
    {
        var all = limits.Value;
        (string Name, LimitSetting Limit)[] named =
        [
            ("パスワードの誤り（アカウントごと）", all.LoginByAccount), ("パスワードの誤り（アカウントごと・1日）", all.LoginByAccountAndDay), ("パスワードの誤り（端末ごと）", all.LoginByDevice),
            ("確認コードの誤り（アカウントごと）", all.CodesByAccount), ("パスワードの誤り（接続元ごと）", all.LoginByAddress), ("ログイン（接続元ごと）", all.SignInsByAddress),
            ("メールの依頼（アドレスごと）", all.MailByAccount), ("メールの依頼（接続元ごと）", all.MailByAddress), ("ファイルの登録（アカウントごと）", all.UploadByAccount),
            ("ファイルの登録（接続元ごと）", all.UploadByAddress), ("試算（接続元ごと）", all.Simulator), ("パスワードの強さの確認（接続元ごと）", all.PasswordStrength),
        ];
        return [.. named.Select(n => new StateItem(n.Name, StateLevel.Ok, $"{n.Limit.Count:#,0}回／{Span(n.Limit.Per)}"))];
    }

    private static IReadOnlyList<StateItem> Version()
    {
        var version = (typeof(SystemState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "").Split('+');
        return
        [
            new("版", StateLevel.Ok, version[0].Length > 0 ? version[0] : "不明"),
            new("コミット", StateLevel.Ok, version.Length > 1 ? version[1][..Math.Min(12, version[1].Length)] : "記録されていません。"),
            new(".NET", StateLevel.Ok, Environment.Version.ToString()),
        ];
    }

    private static string? Metadata(string key) => typeof(SystemState).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(m => m.Key == key)?.Value;

    private static string Span(TimeSpan span) => span switch
    {
        { TotalDays: >= 1 } when span.Ticks % TimeSpan.TicksPerDay == 0 => $"{span.TotalDays:0}日",
        { TotalHours: >= 1 } when span.Ticks % TimeSpan.TicksPerHour == 0 => $"{span.TotalHours:0}時間",
        { TotalMinutes: >= 1 } when span.Ticks % TimeSpan.TicksPerMinute == 0 => $"{span.TotalMinutes:0}分",
        _ => $"{span.TotalSeconds:0}秒",
    };

    private sealed record DatabaseRow(string Version, DateTimeOffset Now);
}
