using GrantPortal.Data.Limits;

namespace GrantPortal.Web.Shared.Limits;

/// <summary>
/// Section <c>Limits</c> of the configuration, as in <c>Limits__LoginByAccount__Count=30</c> and <c>Limits__LoginByAccount__Per=00:15:00</c>: so many at
/// once, and as many again over that time. By address means by the caller's IP address; many people may share one.
/// </summary>
public sealed class LimitOptions
{
    public const string Section = "Limits";

    /// <summary>Wrong passwords for one account from devices that never signed in to it; sign-ins under way count until they succeed.</summary>
    public LimitSetting LoginByAccount { get; set; } = new(30, TimeSpan.FromMinutes(15));

    /// <summary>The same in the long run, and of one device (SP 800-63B-4 §3.2.2 wants no more than 100 in a row).</summary>
    public LimitSetting LoginByAccountAndDay { get; set; } = new(100, TimeSpan.FromDays(1));

    /// <summary>Wrong passwords for one account from a device that signed in to it before.</summary>
    public LimitSetting LoginByDevice { get; set; } = new(10, TimeSpan.FromMinutes(15));

    /// <summary>Wrong codes of the app and recovery codes for one account whose password was right.</summary>
    public LimitSetting CodesByAccount { get; set; } = new(10, TimeSpan.FromHours(1));

    /// <summary>Wrong passwords from one address, whatever the account.</summary>
    public LimitSetting LoginByAddress { get; set; } = new(300, TimeSpan.FromMinutes(5));

    /// <summary>Sign-ins from one address, right or wrong.</summary>
    public LimitSetting SignInsByAddress { get; set; } = new(1200, TimeSpan.FromMinutes(1));

    /// <summary>Mails of one kind (registration, reset, sign-in link) to one address of mail.</summary>
    public LimitSetting MailByAccount { get; set; } = new(5, TimeSpan.FromHours(1));

    /// <summary>Mails of one kind asked for from one address.</summary>
    public LimitSetting MailByAddress { get; set; } = new(100, TimeSpan.FromHours(1));

    /// <summary>Uploads by one account: requests that bring files.</summary>
    public LimitSetting UploadByAccount { get; set; } = new(1000, TimeSpan.FromMinutes(10));

    /// <summary>Uploads from one address.</summary>
    public LimitSetting UploadByAddress { get; set; } = new(5000, TimeSpan.FromMinutes(10));

    /// <summary>Questions to the simulator from one address; counted per process.</summary>
    public LimitSetting Simulator { get; set; } = new(600, TimeSpan.FromSeconds(10));

    /// <summary>Passwords whose strength is asked for while typing, from one address; counted per process.</summary>
    public LimitSetting PasswordStrength { get; set; } = new(120, TimeSpan.FromMinutes(1));

    public bool AreSound => new[]
    {
        LoginByAccount, LoginByAccountAndDay, LoginByDevice, CodesByAccount, LoginByAddress, SignInsByAddress, MailByAccount, MailByAddress, UploadByAccount, UploadByAddress, Simulator,
        PasswordStrength,
    }.All(limit => limit is { Count: >= 1 and <= 1_000_000 } && limit.Per > TimeSpan.Zero && limit.Per <= TimeSpan.FromDays(366));
}

/// <summary>One limit as an operator sets it.</summary>
public sealed class LimitSetting
{
    public LimitSetting()
    {
    }

    public LimitSetting(int count, TimeSpan per) => (Count, Per) = (count, per);

    public int Count { get; set; }

    public TimeSpan Per { get; set; }

    public Limit Limit => new(Count, Per);
}
