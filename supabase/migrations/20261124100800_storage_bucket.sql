-- Files are stored and removed by the upload function alone; their owners may read them.

insert into storage.buckets (id, name, public, file_size_limit)
values ('documents', 'documents', false, 20 * 1024 * 1024)
on conflict (id) do update set public = excluded.public, file_size_limit = excluded.file_size_limit;

create policy "users can read the files of their own documents" on storage.objects
  for select to authenticated
  using (bucket_id = 'documents' and (storage.foldername(name))[1] = (select auth.uid())::text);
