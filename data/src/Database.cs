using System.Data;
using System.Diagnostics;
using Dapper;
using GrantPortal.Data.Accounts;
using GrantPortal.Data.Documents;
using GrantPortal.Domain.Accounts;
using GrantPortal.Domain.Applications;
using GrantPortal.Domain.Documents;
using GrantPortal.Domain.Letters;
using GrantPortal.Domain.Offices;
using GrantPortal.Domain.Programmes;
using Microsoft.AspNetCore.DataProtection;
using Npgsql;

namespace GrantPortal.Data;

/// <summary>The portal's PostgreSQL database: one pooled data source and how .NET values map to columns.</summary>
public sealed class Database : IAsyncDisposable
{
    /// <summary>
    /// Before what the operator says, which wins. Statements are prepared on their second use: parsing and planning them again was half of the database's
    /// work. Nothing lasts longer on a connection than its transaction (temporary tables, locks), so nothing is reset when it is given back.
    /// </summary>
    private const string Defaults = "Max Auto Prepare=256;Auto Prepare Min Usages=2;No Reset On Close=true;Maximum Pool Size=32;";

    /// <summary>Seconds for which the role of one of several hosts is taken as known.</summary>
    private const int LongestBelief = 2;

    /// <summary>How long a replica that did not answer is left alone.</summary>
    public static readonly TimeSpan ReplicaRest = TimeSpan.FromSeconds(10);

    /// <summary>How long a request waits for one of several hosts to become the primary: a failover takes a moment.</summary>
    private static readonly TimeSpan FailoverPatience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan FailoverPause = TimeSpan.FromMilliseconds(200);

    private readonly NpgsqlDataSource source;
    private readonly NpgsqlDataSource? replica;
    private readonly bool hasSeveralHosts;
    private long replicaRestsUntil;

    static Database()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.Settings.PreferTypeHandlersForEnums = true;
        SqlMapper.AddTypeHandler(new MomentHandler());
        SqlMapper.AddTypeHandler(new CodeHandler<Status>(Statuses.Code, text => Statuses.FromCode(text)));
        SqlMapper.AddTypeHandler(new CodeHandler<DocumentKind>(DocumentKinds.Code, text => DocumentKinds.FromCode(text)));
        SqlMapper.AddTypeHandler(new CodeHandler<EventKind>(EventKinds.Code, text => EventKinds.FromCode(text)));
        SqlMapper.AddTypeHandler(Codes.Handler<Programme>());
        SqlMapper.AddTypeHandler(Codes.Handler<CapBasis>());
        SqlMapper.AddTypeHandler(Codes.Handler<NumberScope>());
        SqlMapper.AddTypeHandler(Codes.Handler<StaffRole>());
        SqlMapper.AddTypeHandler(Codes.Handler<MemberRole>());
        SqlMapper.AddTypeHandler(Codes.Handler<SignInMethod>());
        SqlMapper.AddTypeHandler(Codes.Handler<SecondFactor>());
        SqlMapper.AddTypeHandler(Codes.Handler<ApplicantKind>());
        SqlMapper.AddTypeHandler(Codes.Handler<FileType>());
        SqlMapper.AddTypeHandler(Codes.Handler<Structure>());
        SqlMapper.AddTypeHandler(Codes.Handler<Malware>());
        SqlMapper.AddTypeHandler(Codes.Handler<FileFault>());
        SqlMapper.AddTypeHandler(Codes.Handler<Section>());
        SqlMapper.AddTypeHandler(Codes.Handler<Verdict>());
        SqlMapper.AddTypeHandler(Codes.Handler<LetterKind>());
        SqlMapper.AddTypeHandler(Codes.Handler<LinkPurpose>());
        SqlMapper.AddTypeHandler(Codes.Handler<ClaimSource>());
        SqlMapper.AddTypeHandler(Codes.Handler<ClaimState>());
        SqlMapper.AddTypeHandler(Codes.Handler<RoleChangeKind>());
        SqlMapper.AddTypeHandler(Codes.Handler<RoleChangeState>());
    }

    private Database(NpgsqlDataSource source, NpgsqlDataSource? replica, bool hasSeveralHosts, Func<IDataProtectionProvider>? keys)
    {
        (this.source, this.replica, this.hasSeveralHosts) = (source, replica, hasSeveralHosts);
        Protection = new Protection(keys ?? (() => DataProtectionKeys.ProviderOf(this)));
    }

    /// <summary>Protects what a copy of the tables must not tell.</summary>
    public Protection Protection { get; }

    /// <param name="connectionString">As in <c>ConnectionStrings__Portal</c>; several hosts allowed, of which the primary is taken.</param>
    /// <param name="keys">Where data protection comes from; null: the keys in this database, as far as no certificate protects them.</param>
    /// <param name="replica">As in <c>ConnectionStrings__Replica</c>; null: everything is read where it is written.</param>
    public static Database At(string connectionString, Func<IDataProtectionProvider>? keys = null, string? replica = null) =>
        new(Source(connectionString, TargetSessionAttributes.Primary), replica is null ? null : Source(Impatient(replica), TargetSessionAttributes.PreferStandby), HasSeveralHosts(connectionString), keys);

    /// <summary>An open pooled connection; dispose it to give it back.</summary>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancel = default)
    {
        var began = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return (await source.OpenConnectionAsync(cancel)).Carrying(Protection);
            }
            catch (NpgsqlException exception) when (hasSeveralHosts && IsAway(exception) && Stopwatch.GetElapsedTime(began) < FailoverPatience)
            {
                await Task.Delay(FailoverPause, cancel);
            }
        }
    }

    /// <summary>The same for callers that cannot wait (data protection reads its keys so).</summary>
    public NpgsqlConnection Open() => source.OpenConnection().Carrying(Protection);

    /// <summary>
    /// Reads what may be a moment old (lists, figures, searches) from the replica, where there is one and it answers; else from the primary. What a person has
    /// just changed, and what decides something, is read with <see cref="OpenAsync"/>.
    /// </summary>
    /// <param name="read">May be called a second time.</param>
    public async Task<T> ReadAsync<T>(Func<NpgsqlConnection, Task<T>> read, CancellationToken cancel)
    {
        if (replica is not null && Environment.TickCount64 >= Interlocked.Read(ref replicaRestsUntil))
        {
            try
            {
                await using var standby = (await replica.OpenConnectionAsync(cancel)).Carrying(Protection);
                return await read(standby);
            }
            catch (NpgsqlException exception) when (IsAway(exception) && !cancel.IsCancellationRequested)
            {
                Interlocked.Exchange(ref replicaRestsUntil, Environment.TickCount64 + (long)ReplicaRest.TotalMilliseconds);
            }
        }
        await using var connection = await OpenAsync(cancel);
        return await read(connection);
    }

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        if (replica is not null) await replica.DisposeAsync();
    }

    /// <summary>It cannot be reached, stops, starts or recovers (40001: what a standby ends a query with that stands in the way of what it repeats).</summary>
    private static bool IsAway(NpgsqlException exception) => exception is not PostgresException { SqlState: var state } || state is "40001" || state[..2] is "08" or "53" or "57";

    private static bool HasSeveralHosts(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Host?.Contains(',', StringComparison.Ordinal) == true;

    /// <summary>Npgsql's data sources choose among several hosts only when they are asked apart from the connection string.</summary>
    private static NpgsqlDataSource Source(string connectionString, TargetSessionAttributes usual)
    {
        var settings = new NpgsqlConnectionStringBuilder(Defaults + connectionString);
        if (!HasSeveralHosts(connectionString)) return NpgsqlDataSource.Create(settings.ConnectionString);
        var wanted = settings.TargetSessionAttributes is { } words ? Enum.Parse<TargetSessionAttributes>(words.Replace("-", "", StringComparison.Ordinal), ignoreCase: true) : usual;
        settings.Remove("Target Session Attributes");
        // After a failover the former primary is not believed to be one for long.
        if (!settings.ContainsKey("Host Recheck Seconds") || settings.HostRecheckSeconds > LongestBelief) settings.HostRecheckSeconds = LongestBelief;
        return new NpgsqlDataSourceBuilder(settings.ConnectionString).BuildMultiHost().WithTargetSession(wanted);
    }

    /// <summary>A replica is a convenience: who waits for it is better served by the primary.</summary>
    private static string Impatient(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        settings.Timeout = Math.Min(settings.Timeout, 3);
        return settings.ConnectionString;
    }

    /// <summary>timestamptz is written in UTC (Npgsql refuses other offsets) and read as UTC.</summary>
    private sealed class MomentHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.ToUniversalTime();

        public override DateTimeOffset Parse(object value) => value is DateTimeOffset moment ? moment : new DateTimeOffset(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));
    }

    internal sealed class CodeHandler<T>(Func<T, string> write, Func<string, T?> read) : SqlMapper.TypeHandler<T>
        where T : struct, Enum
    {
        public override void SetValue(IDbDataParameter parameter, T value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = write(value);
        }

        public override T Parse(object value) => read((string)value) ?? throw new DataException($"'{value}' is no {typeof(T).Name}.");
    }
}

/// <summary>Enums as they stand in the database and in addresses: lower case with hyphens (<c>AllYears</c> is <c>all-years</c>).</summary>
public static class Codes
{
    public static string Of<T>(T value)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    public static T? From<T>(string? code)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
            if (Of(value) == code) return value;
        return null;
    }

    internal static Database.CodeHandler<T> Handler<T>()
        where T : struct, Enum => new(Of, From<T>);
}
