using System.Net;
using System.Net.Sockets;

namespace GrantPortal.Local;

/// <summary>TCP ports of the loopback addresses.</summary>
public static class FreePort
{
    /// <summary>A port nobody listens on now. Another process may take it before its user does: users try again.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Whether both addresses of localhost, or the only one there is, can be listened on.</summary>
    public static bool IsFree(int port)
        => CanListen(IPAddress.Loopback, port) && (!HasLoopbackV6() || CanListen(IPAddress.IPv6Loopback, port));

    private static bool HasLoopbackV6() => Socket.OSSupportsIPv6 && CanListen(IPAddress.IPv6Loopback, 0);

    private static bool CanListen(IPAddress address, int port)
    {
        try
        {
            using var listener = new TcpListener(address, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
