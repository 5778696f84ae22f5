using System.Security.Cryptography;
using System.Text;
using Dapper;
using Microsoft.AspNetCore.WebUtilities;
using Npgsql;

namespace GrantPortal.Data.Accounts;

/// <summary>What a mailed link is for.</summary>
public enum LinkPurpose
{
    /// <summary>Confirms the address of a registration.</summary>
    Register,

    /// <summary>Lets the account's owner set a new password.</summary>
    Reset,

    /// <summary>Takes the place of the password, once.</summary>
    SignIn,

    /// <summary>The old address agrees to a change of the mail address.</summary>
    MailChangeOld,

    /// <summary>The new address does.</summary>
    MailChangeNew,
}

/// <summary>
/// Links sent by mail: a secret of 256 bits of which only the hash is kept, good until a moment, once, and only as long as the account's
/// credentials are those it was made for.
/// </summary>
public static class AccountLinkStore
{
    /// <param name="subject">The account (<see cref="LinkPurpose.Reset"/>, <see cref="LinkPurpose.SignIn"/>), the registration or the change of mail address.</param>
    /// <returns>The token for the link; it cannot be read again.</returns>
    public static async Task<string> IssueAsync(NpgsqlConnection connection, LinkPurpose purpose, Guid subject, DateTimeOffset until)
    {
        var token = WebEncoders.Base64UrlEncode(RandomNumberGenerator.GetBytes(32));
        await connection.ExecuteAsync(
            """
            insert into account_links (token_hash, purpose, user_id, registration_id, mail_change_id, stamp, until)
            values (@hash, @purpose, @user, @registration, @mailChange, (select security_stamp from users where id = @user), @until)
            """,
            new
            {
                hash = Hash(token),
                purpose,
                user = purpose is LinkPurpose.Reset or LinkPurpose.SignIn ? subject : (Guid?)null,
                registration = purpose is LinkPurpose.Register ? subject : (Guid?)null,
                mailChange = purpose is LinkPurpose.MailChangeOld or LinkPurpose.MailChangeNew ? subject : (Guid?)null,
                until,
            });
        return token;
    }

    /// <summary>What the link is about; null when it is void. It stays good.</summary>
    public static Task<Guid?> FindAsync(NpgsqlConnection connection, LinkPurpose purpose, string? token, DateTimeOffset now) => connection.QuerySingleOrDefaultAsync<Guid?>(
        """
        select coalesce(l.user_id, l.registration_id, l.mail_change_id)
        from account_links l left join users u on u.id = l.user_id
        where l.token_hash = @hash and l.purpose = @purpose and l.until > @now and l.stamp is not distinct from u.security_stamp
          and (u.lockout_end is null or u.lockout_end <= @now)
        """,
        new { hash = Hash(token ?? ""), purpose, now });

    /// <summary>The same, and it is void from now on. Of two who use it at the same moment one gets null.</summary>
    public static async Task<Guid?> UseAsync(NpgsqlConnection connection, LinkPurpose purpose, string? token, DateTimeOffset now) =>
        await FindAsync(connection, purpose, token, now) is { } subject
        && await connection.ExecuteAsync("delete from account_links where token_hash = @hash", new { hash = Hash(token ?? "") }) == 1
            ? subject
            : null;

    /// <summary>Deletes what has expired.</summary>
    public static Task<int> PurgeAsync(NpgsqlConnection connection, DateTimeOffset now) => connection.ExecuteAsync(
        """
        delete from account_links where until <= @now;
        delete from registrations where until <= @now;
        delete from mail_changes where until <= @now;
        """,
        new { now });

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));
}
