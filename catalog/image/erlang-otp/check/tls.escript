#!/usr/bin/env escript
%% Speaks TLS 1.3 with itself by the named group and cipher suite, and says whether it could.
main([Group, Suite]) ->
    logger:set_primary_config(level, none),
    {ok, _} = application:ensure_all_started(ssl),
    Key = [{key, {namedCurve, secp256r1}}, {digest, sha256}],
    Chain = #{root => Key, peer => Key},
    #{server_config := Server, client_config := Client} =
        public_key:pkix_test_data(#{server_chain => Chain, client_chain => Chain}),
    Options = [
        {versions, ['tlsv1.3']},
        {supported_groups, [list_to_atom(Group)]},
        {ciphers, [ssl:str_to_suite(Suite)]},
        {log_level, none}
    ],
    {ok, Listen} = ssl:listen(0, Options ++ Server),
    {ok, {_, Port}} = ssl:sockname(Listen),
    spawn(fun() ->
        {ok, Socket} = ssl:transport_accept(Listen),
        {ok, Connection} = ssl:handshake(Socket),
        ssl:send(Connection, "hello"),
        timer:sleep(infinity)
    end),
    case catch ssl:connect("localhost", Port, [{active, false}, {verify, verify_peer}, {server_name_indication, disable} | Options ++ Client], 5000) of
        {ok, Connection} ->
            {ok, Data} = ssl:recv(Connection, 5, 5000),
            io:format("~s~n", [Data]);
        _ ->
            io:format("refused~n")
    end.
