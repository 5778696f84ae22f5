namespace GrantPortal.Domain.Accounts;

/// <summary>How a session began: the first factor.</summary>
public enum SignInMethod
{
    Password,

    /// <summary>パスキー: possession and a PIN or a finger, so both factors at once.</summary>
    Passkey,

    /// <summary>A one-time link sent by mail.</summary>
    MailLink,

    /// <summary>GビズID: another provider says who it is.</summary>
    GbizId,
}

/// <summary>What was shown besides the first factor.</summary>
public enum SecondFactor
{
    Passkey,

    /// <summary>A code of an authenticator app (TOTP).</summary>
    Code,

    /// <summary>One of the ten printed codes.</summary>
    RecoveryCode,
}
