using System.Data;
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
    private readonly NpgsqlDataSource source;

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

    private Database(NpgsqlDataSource source, Func<IDataProtectionProvider>? keys)
    {
        this.source = source;
        Protection = new Protection(keys ?? (() => DataProtectionKeys.ProviderOf(this)));
    }

    /// <summary>Protects what a copy of the tables must not tell.</summary>
    public Protection Protection { get; }

    /// <param name="connectionString">As in <c>ConnectionStrings__Portal</c>; several hosts allowed.</param>
    /// <param name="keys">Where data protection comes from; null: the keys in this database, as far as no certificate protects them.</param>
    public static Database At(string connectionString, Func<IDataProtectionProvider>? keys = null) => new(NpgsqlDataSource.Create(connectionString), keys);

    /// <summary>An open pooled connection; dispose it to give it back.</summary>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancel = default) => (await source.OpenConnectionAsync(cancel)).Carrying(Protection);

    /// <summary>The same for callers that cannot wait (data protection reads its keys so).</summary>
    public NpgsqlConnection Open() => source.OpenConnection().Carrying(Protection);

    public ValueTask DisposeAsync() => source.DisposeAsync();

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
